using System.Text.Json;
using System.Text.Json.Serialization;

namespace Zonix.Zones.Life;

/// <summary>States in JSON: configured, shutting_down.</summary>
public sealed class ZoneStateConverter : JsonStringEnumConverter<ZoneState>
{
    /// <summary>Names in small letters.</summary>
    public ZoneStateConverter()
        : base(JsonNamingPolicy.SnakeCaseLower)
    {
    }
}
