namespace Zonix.Api.Docker;

/// <summary>The identity of something new.</summary>
public sealed record IdResponse(string Id);
