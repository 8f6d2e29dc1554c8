using System.Text.Json.Serialization;

namespace Zonix.Zones.Configuration;

/// <summary>A zone's first program, in docker's words. What is null is taken from the image.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ZoneInit
{
    /// <summary>The program, or the arguments of the entry point.</summary>
    public IReadOnlyList<string>? Cmd { get; init; }

    /// <summary>The program and its first arguments, before those of <see cref="Cmd"/>.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary>NAME=value; without = the name is taken out of the image's.</summary>
    public IReadOnlyList<string>? Env { get; init; }

    /// <summary>Where it starts; made when it is missing.</summary>
    public string? WorkingDir { get; init; }

    /// <summary>Who it runs as: user or user:group, names of the zone or numbers.</summary>
    public string? User { get; init; }

    /// <summary>Whether it gets a terminal.</summary>
    public bool Tty { get; init; }

    /// <summary>Whether it has standard input.</summary>
    public bool OpenStdin { get; init; }

    /// <summary>Whether its input ends when the first who is attached to it goes.</summary>
    public bool StdinOnce { get; init; }

    /// <summary>The signal that asks it to end: a name or a number; null: the image's, or SIGTERM.</summary>
    public string? StopSignal { get; init; }

    /// <summary>Seconds it has for that, until it is killed; null: 10.</summary>
    public int? StopTimeout { get; init; }

    /// <summary>Whether an init program of the machine's is the first, that starts this one, passes signals on and waits for orphans.</summary>
    public bool Init { get; init; }

    /// <summary>How to find out whether it works; null: the image's, if it has one.</summary>
    public ZoneHealthcheck? Healthcheck { get; init; }

    /// <summary>For docker's users.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}
