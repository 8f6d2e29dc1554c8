namespace Zonix.Bench;

/// <summary>The measurements of one result by one variant.</summary>
internal sealed class Series
{
    private readonly List<double> values = [];

    internal bool IsEmpty => values.Count == 0;

    internal IReadOnlyList<double> Values => values;

    internal double Median => MedianOf(values);

    /// <summary>The median absolute deviation as a share of the median: what the machine's noise does to the figure.</summary>
    internal double Noise => MedianOf([.. values.Select(value => Math.Abs(value - Median))]) / Median;

    internal void Add(double value) => values.Add(value);

    private static double MedianOf(IReadOnlyList<double> numbers)
    {
        double[] sorted = [.. numbers.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
