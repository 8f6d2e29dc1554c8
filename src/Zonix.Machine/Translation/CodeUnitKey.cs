namespace Zonix.Machine;

/// <summary>What makes translations interchangeable: the bytes, their guest address, and the shape of the window.</summary>
internal readonly record struct CodeUnitKey(CodeIdentity Identity, ulong Offset, ulong Start, ulong End, WindowKind Kind)
{
    /// <summary>The key of a part of the range.</summary>
    internal CodeUnitKey Slice(ulong start, ulong end) => this with { Offset = Offset + (start - Start), Start = start, End = end };

    /// <summary>The key of the same bytes elsewhere.</summary>
    internal CodeUnitKey MovedTo(ulong start, WindowKind kind) => this with { Start = start, End = start + (End - Start), Kind = kind };
}
