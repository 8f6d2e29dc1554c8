namespace Zonix.Api.Docker;

/// <summary>The processes of a container. Docker Engine API, GET /containers/{id}/top.</summary>
public sealed record TopResponse(IReadOnlyList<string> Titles, IReadOnlyList<IReadOnlyList<string>> Processes);
