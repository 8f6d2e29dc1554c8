namespace Zonix.Machine;

/// <summary>An exit of a block by a direct jump, whose 32-bit displacement is patched once the target is translated.</summary>
internal struct LinkInfo
{
    /// <summary>Executable address of the displacement.</summary>
    internal nint Site;

    /// <summary>Executable address of the stub that asks for a translation.</summary>
    internal nint Stub;

    internal ulong Target;

    /// <summary>Next link to the same block.</summary>
    internal int Next;

    internal Block Owner;
}
