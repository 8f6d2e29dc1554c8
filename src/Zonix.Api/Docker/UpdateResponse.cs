namespace Zonix.Api.Docker;

/// <summary>The answer to POST /containers/{id}/update.</summary>
public sealed record UpdateResponse(IReadOnlyList<string> Warnings);
