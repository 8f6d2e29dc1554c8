using System.Text.Json;
using System.Text.Json.Serialization;

namespace Zonix.Images;

/// <summary>How containers of an image run: the member "config" of an image's configuration. OCI image specification, config.md.</summary>
public sealed record ImageConfig
{
    /// <summary>"USER", "UID:GID" ...; empty: root.</summary>
    public string? User { get; init; }

    /// <summary>Ports the image offers: "80/tcp".</summary>
    public SortedDictionary<string, JsonElement>? ExposedPorts { get; init; }

    /// <summary>"NAME=VALUE".</summary>
    public string[]? Env { get; init; }

    /// <summary>The program and its first arguments.</summary>
    public string[]? Entrypoint { get; init; }

    /// <summary>Further arguments, or the program if there is no entry point; what the user gives replaces it.</summary>
    public string[]? Cmd { get; init; }

    /// <summary>Places for volumes.</summary>
    public SortedDictionary<string, JsonElement>? Volumes { get; init; }

    /// <summary>Where programs start.</summary>
    public string? WorkingDir { get; init; }

    /// <summary>Free properties.</summary>
    public SortedDictionary<string, string>? Labels { get; init; }

    /// <summary>"SIGTERM", "15": what asks the first process to end.</summary>
    public string? StopSignal { get; init; }

    /// <summary>How to find out whether a container works. Docker's extension.</summary>
    public HealthcheckConfig? Healthcheck { get; init; }

    /// <summary>The shell of commands given as text. Docker's extension.</summary>
    public string[]? Shell { get; init; }

    /// <summary>Seconds until a container that is asked to end is killed. Docker's extension.</summary>
    public int? StopTimeout { get; init; }

    /// <summary>Members this version does not know; they are kept when an image is committed.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }
}
