namespace Zonix.Zones.Life;

/// <summary>Something that has happened to a zone, an image or a dataset.</summary>
/// <param name="Time">When.</param>
/// <param name="Type">To what: container, image, volume; zone for what docker does not know.</param>
/// <param name="Action">In docker's words: create, start, die, ...</param>
/// <param name="Id">Whose.</param>
/// <param name="Attributes">More about it: name, image, exitCode.</param>
public sealed record ZoneEvent(DateTimeOffset Time, string Type, string Action, string Id, IReadOnlyDictionary<string, string> Attributes);
