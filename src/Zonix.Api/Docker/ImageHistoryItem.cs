namespace Zonix.Api.Docker;

/// <summary>A step of an image's history. Docker Engine API, GET /images/{name}/history.</summary>
public sealed record ImageHistoryItem(string Id, long Created, string CreatedBy, IReadOnlyList<string>? Tags, long Size, string Comment);
