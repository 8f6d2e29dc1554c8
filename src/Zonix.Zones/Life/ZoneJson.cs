using System.Text.Json;
using System.Text.Json.Serialization;
using Zonix.Zones.Configuration;

namespace Zonix.Zones.Life;

/// <summary>The JSON of zones' configurations and records.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    WriteIndented = true)]
[JsonSerializable(typeof(ZoneConfiguration))]
[JsonSerializable(typeof(List<ZoneConfiguration>))]
[JsonSerializable(typeof(ZoneRecord))]
public sealed partial class ZoneJson : JsonSerializerContext;
