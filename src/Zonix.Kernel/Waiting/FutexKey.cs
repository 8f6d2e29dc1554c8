namespace Zonix.Kernel.Waiting;

/// <summary>What a futex word is known by: the memory it lies in, and where there.</summary>
public readonly record struct FutexKey(object Space, ulong Address);
