namespace Zonix.Kernel.Sockets;

/// <summary>What is to be different of an interface; null: it stays.</summary>
public readonly record struct InterfaceChange
{
    /// <summary>Its name.</summary>
    public string? Name { get; init; }

    /// <summary>Bytes of its largest packet.</summary>
    public int? Mtu { get; init; }

    /// <summary>Its address on the wire.</summary>
    public byte[]? HardwareAddress { get; init; }

    /// <summary>How many packets may wait, which is only shown.</summary>
    public int? QueueLength { get; init; }

    /// <summary>Of the flags in <see cref="Mask"/> those that are to be set.</summary>
    public InterfaceFlags Flags { get; init; }

    /// <summary>The flags that are meant.</summary>
    public InterfaceFlags Mask { get; init; }
}
