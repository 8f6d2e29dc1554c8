namespace Zonix.Images.Bootstrap.Building;

/// <summary>A command to be run in a zone.</summary>
/// <param name="Words">The program's path and its arguments.</param>
/// <param name="Environment">Its environment, "NAME=VALUE".</param>
/// <param name="Is32Bit">Whether the system that the zone runs is one of 32 bits.</param>
public sealed record ZoneCommand(IReadOnlyList<string> Words, IReadOnlyList<string> Environment, bool Is32Bit = false);
