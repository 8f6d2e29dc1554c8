namespace Zonix.Api.Docker;

/// <summary>The answer to POST /auth.</summary>
public sealed record AuthResponse(string Status);
