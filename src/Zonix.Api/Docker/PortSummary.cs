using System.Text.Json.Serialization;

namespace Zonix.Api.Docker;

/// <summary>A port of a container in docker ps. Docker Engine API, Port.</summary>
public sealed record PortSummary([property: JsonPropertyName("IP")] string? Ip, int PrivatePort, int? PublicPort, string Type);
