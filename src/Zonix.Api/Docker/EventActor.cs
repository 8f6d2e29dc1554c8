namespace Zonix.Api.Docker;

/// <summary>To whom something has happened.</summary>
public sealed record EventActor(string ID, IReadOnlyDictionary<string, string> Attributes);
