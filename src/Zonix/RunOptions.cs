namespace Zonix;

/// <summary>How a program of a zone runs. What is null is as the zone has it.</summary>
public sealed record RunOptions
{
    /// <summary>Variables, over those of the zone.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Who it runs as: user or user:group, names of the zone or numbers.</summary>
    public string? User { get; init; }

    /// <summary>Where it starts.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Its standard input for <see cref="Zone.RunAsync"/>; null: it has none.</summary>
    public ReadOnlyMemory<byte>? Input { get; init; }

    /// <summary>How long <see cref="Zone.RunAsync"/> lets it run before it is killed with all that descends from it; null: for ever.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Bytes of each output that <see cref="Zone.RunAsync"/> keeps; more is read and dropped.</summary>
    public int OutputLimit { get; init; } = 16 << 20;
}
