namespace Zonix.FileSystems.Devices.Loop;

/// <summary>What LOOP_SET_STATUS64 says of a loop device.</summary>
internal sealed record LoopSettings
{
    /// <summary>Where in its file it begins, and how long it is at most; 0: to the end.</summary>
    public long Offset { get; init; }

    /// <inheritdoc cref="Offset"/>
    public long SizeLimit { get; init; }

    /// <summary>Whether it cannot be written to.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>LO_FLAGS_AUTOCLEAR: the file goes when nobody has it open.</summary>
    public bool ClearsItself { get; init; }

    /// <summary>Size of a sector, as LOOP_SET_BLOCK_SIZE says.</summary>
    public int BlockSize { get; init; } = 512;

    /// <summary>The name somebody gave the file, up to 63 bytes.</summary>
    public byte[] Name { get; init; } = [];
}
