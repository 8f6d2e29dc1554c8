using System.Text.Json;

namespace Zonix.Api.Docker;

/// <summary>The network of a container. There is none yet.</summary>
public sealed record NetworkSettings
{
    public IReadOnlyDictionary<string, JsonElement> Networks { get; set; } = new Dictionary<string, JsonElement>();
    public IReadOnlyDictionary<string, IReadOnlyList<PortBindingItem>?> Ports { get; set; } = new Dictionary<string, IReadOnlyList<PortBindingItem>?>();
}
