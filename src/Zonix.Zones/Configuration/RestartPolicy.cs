using System.Text.Json.Serialization;

namespace Zonix.Zones.Configuration;

/// <summary>When a zone that has ended is started again. docker run --restart.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RestartPolicy
{
    /// <summary>no, on-failure, always, unless-stopped.</summary>
    public string Name { get; init; } = "no";

    /// <summary>With on-failure: how often at most; 0: without end.</summary>
    public int MaximumRetryCount { get; init; }

    /// <summary>Whether a zone is to start again that has ended by itself.</summary>
    /// <param name="exitCode">How it ended.</param>
    /// <param name="restarts">How often it was started again since it was started by hand.</param>
    public bool WantsRestart(int exitCode, int restarts) => Name switch
    {
        "always" or "unless-stopped" => true,
        "on-failure" => exitCode != 0 && (MaximumRetryCount == 0 || restarts < MaximumRetryCount),
        _ => false,
    };
}
