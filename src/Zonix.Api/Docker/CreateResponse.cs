namespace Zonix.Api.Docker;

/// <summary>The answer to POST /containers/create.</summary>
public sealed record CreateResponse(string Id, IReadOnlyList<string> Warnings);
