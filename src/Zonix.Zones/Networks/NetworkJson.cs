using System.Text.Json;
using System.Text.Json.Serialization;

namespace Zonix.Zones.Networks;

/// <summary>The JSON of networks' configurations.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    WriteIndented = true)]
[JsonSerializable(typeof(NetworkConfiguration))]
public sealed partial class NetworkJson : JsonSerializerContext;
