namespace Zonix.Machine;

/// <summary>What happened when <see cref="Processor.Run"/> came back.</summary>
public readonly record struct GuestExit
{
    /// <summary>The reason.</summary>
    public ExitKind Kind { get; init; }

    /// <summary>Page faults: the guest address that was accessed.</summary>
    public ulong Address { get; init; }

    /// <summary>Page faults: the kind of access.</summary>
    public FaultAccess Access { get; init; }

    /// <summary>Page faults: the host had no page behind the mapping (past the end of a file).</summary>
    public bool BusError { get; init; }

    /// <summary>Exceptions: the CPU's vector (0 #DE, 1 #DB, 3 #BP, 4 #OF, 6 #UD, 13 #GP, 16 #MF, 17 #AC, 19 #XM).</summary>
    public int Vector { get; init; }

    /// <summary>The CPU's error code, as a signal frame shows it.</summary>
    public uint ErrorCode { get; init; }
}
