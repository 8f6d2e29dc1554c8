namespace Zonix.Lx.Vdso;

/// <summary>A function of the vDSO: where its code starts and how long it is.</summary>
internal readonly record struct VdsoFunction(string Name, int Offset, int Length);
