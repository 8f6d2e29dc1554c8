namespace Zonix.External.Python;

/// <summary>The methods of one module on one side.</summary>
internal sealed record ModuleResult
{
    public required SortedDictionary<string, MethodResult> Methods { get; init; }

    public required double Seconds { get; init; }

    public IReadOnlyList<string> MissingCalls { get; init; } = [];

    internal int Passed => Methods.Values.Count(method => method.Kind == "ok");
}
