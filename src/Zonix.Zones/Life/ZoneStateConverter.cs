using System.Text.Json;
using System.Text.Json.Serialization;

namespace Zonix.Zones.Life;

/// <summary>States in JSON: configured, shutting_down.</summary>
internal sealed class ZoneStateConverter() : JsonStringEnumConverter<ZoneState>(JsonNamingPolicy.SnakeCaseLower);
