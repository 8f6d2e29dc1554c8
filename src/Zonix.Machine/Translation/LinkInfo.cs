namespace Zonix.Machine;

/// <summary>An exit of a block by a direct jump, whose 32-bit displacement is patched once the target is translated.</summary>
internal struct LinkInfo
{
    /// <summary>Executable address of the displacement.</summary>
    internal nint Site;

    /// <summary>Executable address of what the jump leads to while the target is not linked.</summary>
    internal nint Stub;

    /// <summary>The jump is a host call, which enters a block before its other entries.</summary>
    internal bool IsCall;

    internal ulong Target;

    /// <summary>The jump leads to a block and is in the chain of those that do, or it goes through the table.</summary>
    internal bool IsConnected;

    /// <summary>Next link to the same block.</summary>
    internal int Next;

    internal Block Owner;
}
