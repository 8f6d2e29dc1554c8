namespace Zonix.Bench;

/// <summary>One line of the report: a quantity, measured for every variant.</summary>
internal sealed class Measurement(string name, string group, string unit = "ns")
{
    internal string Name => name;

    /// <summary>"cpu", "kernel", "start", "zones" ...</summary>
    internal string Group => group;

    /// <summary>Of what it is a number: nanoseconds or bytes ("B").</summary>
    internal string Unit => unit;

    internal Dictionary<string, Series> Series { get; } = [];

    internal HashSet<string> Failed { get; } = [];

    internal double? Median(string variant) =>
        Series.TryGetValue(variant, out Series? series) && !series.IsEmpty && !Failed.Contains(variant) ? series.Median : null;

    /// <summary>How often the native time it takes.</summary>
    internal double? Ratio(string variant) => Ratio(variant, "native");

    internal double? Ratio(string variant, string to) => Median(variant) / Median(to);

    internal void Add(string variant, double value)
    {
        if (!Series.TryGetValue(variant, out Series? series))
        {
            Series[variant] = series = new Series();
        }

        series.Add(value);
    }
}
