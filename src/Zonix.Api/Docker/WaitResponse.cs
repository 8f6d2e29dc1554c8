namespace Zonix.Api.Docker;

/// <summary>The answer to POST /containers/{id}/wait.</summary>
public sealed record WaitResponse(int StatusCode);
