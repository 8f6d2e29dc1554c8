namespace Zonix.Api.Docker;

/// <summary>The answer to POST /networks/create.</summary>
public sealed record NetworkCreateResponse(string Id, string Warning);
