namespace Zonix.Bench;

/// <summary>One way to run a guest program.</summary>
/// <param name="Name">Heads the column.</param>
/// <param name="Prefix">Words before the program.</param>
/// <param name="ScalePercent">The share of the work it is given: results are per operation, so a slow variant does less.</param>
/// <param name="MaximumRounds">Fewer rounds for what only stands there for comparison.</param>
internal sealed record Variant(string Name, string[] Prefix, int ScalePercent, int MaximumRounds)
{
    /// <summary>Another build of the same sources: an i386 program.</summary>
    internal bool IsI386 { get; init; }

    /// <summary>The variant that its figures are compared with.</summary>
    internal string Base { get; init; } = "native";
}
