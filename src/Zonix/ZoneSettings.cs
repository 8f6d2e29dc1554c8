namespace Zonix;

/// <summary>What a zone may use. Without <see cref="Network"/> it has only its own loopback interface.</summary>
public sealed record ZoneSettings
{
    /// <summary>Its name, unique in the machine; null: one is made up.</summary>
    public string? Name { get; init; }

    /// <summary>Its host name; null: made from its identity.</summary>
    public string? HostName { get; init; }

    /// <summary>Bytes of memory for all its processes and files in memory, at least 1 MiB; null: no limit.</summary>
    public long? Memory { get; init; }

    /// <summary>CPUs' worth of time, as 0.5; null: no limit.</summary>
    public double? Cpus { get; init; }

    /// <summary>How many threads of programs there may be at once; null: no limit.</summary>
    public int? Processes { get; init; }

    /// <summary>
    /// The network of the machine that it is on, as "bridge", the default one: it reaches the zones there, and the host's network by the
    /// gateway. Null: none.
    /// </summary>
    public string? Network { get; init; }

    /// <summary>What it may reach by its network, and nothing else, as "10.0.0.0/8:443/tcp" or "dns"; null: everything.</summary>
    public IReadOnlyList<string>? NetworkAllow { get; init; }

    /// <summary>What it may not reach, whatever is allowed, as "private" or "host".</summary>
    public IReadOnlyList<string>? NetworkDeny { get; init; }

    /// <summary>Variables of all programs, over those of the image.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Who programs run as: user or user:group, names of the zone or numbers; null: the image's, or root.</summary>
    public string? User { get; init; }

    /// <summary>Where programs start; null: the image's, or /.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Whether nothing can be changed in its root.</summary>
    public bool ReadOnlyRoot { get; init; }
}
