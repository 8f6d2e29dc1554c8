namespace Zonix.Zones.Life;

/// <summary>Names for zones that nobody has named.</summary>
internal static class ZoneNames
{
    private static readonly string[] First =
    [
        "amber", "ancient", "autumn", "bold", "brave", "bright", "calm", "clear", "cobalt", "crimson", "deep", "eager", "early", "fair", "gentle",
        "golden", "green", "hidden", "humble", "keen", "kind", "late", "light", "lively", "lucid", "lunar", "mellow", "merry", "misty", "nimble",
        "noble", "northern", "patient", "polar", "proud", "quiet", "rapid", "rustic", "sharp", "silent", "silver", "snowy", "solar", "steady",
        "still", "sunny", "swift", "tidy", "vivid", "warm", "wild", "winter", "wise", "young",
    ];

    private static readonly string[] Second =
    [
        "alder", "badger", "beacon", "birch", "brook", "canyon", "cedar", "cliff", "comet", "coral", "crane", "dune", "ember", "falcon", "fern",
        "field", "finch", "fjord", "forest", "fox", "glacier", "grove", "harbor", "hawk", "heron", "hill", "island", "lake", "lark", "leaf", "lynx",
        "maple", "marsh", "meadow", "moon", "moss", "oak", "otter", "owl", "pine", "plover", "pond", "rain", "raven", "reef", "ridge", "river",
        "robin", "shore", "sparrow", "spring", "stone", "stream", "summit", "thistle", "tundra", "valley", "wave", "willow", "wren",
    ];

    /// <summary>One that is not taken.</summary>
    internal static string Make(Func<string, bool> isTaken)
    {
        for (int tries = 0; ; tries++)
        {
            string name = $"{First[Random.Shared.Next(First.Length)]}_{Second[Random.Shared.Next(Second.Length)]}";
            if (tries > 8)
                name += Random.Shared.Next(1, tries * tries * tries);
            if (!isTaken(name))
                return name;
        }
    }
}
