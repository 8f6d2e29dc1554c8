namespace Zonix.External.Running;

/// <summary>The lines that `zonix run --stats` adds to a program's own standard error, but for the missing calls.</summary>
internal static class StatisticsLine
{
    internal static bool Is(string line) =>
        line.StartsWith("translated: ", StringComparison.Ordinal) || line.StartsWith("shared: ", StringComparison.Ordinal);
}
