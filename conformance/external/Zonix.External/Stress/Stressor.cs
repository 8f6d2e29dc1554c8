namespace Zonix.External.Stress;

/// <summary>A line or a word of stress/stressors.txt.</summary>
/// <param name="Options">Options of stress-ng beyond those that all stressors get.</param>
/// <param name="AsNobody">Whether it refuses to run as root.</param>
internal sealed record Stressor(string Name, string Options, bool AsNobody)
{
    private const string NobodyMark = "@nobody";

    internal static IEnumerable<Stressor> Read(IEnumerable<string> lines)
    {
        foreach (string line in lines.Where(line => !line.StartsWith('#')))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                string options = line[(colon + 1)..];
                yield return new Stressor(line[..colon], options.Replace(NobodyMark, "", StringComparison.Ordinal).Trim(),
                    options.Contains(NobodyMark, StringComparison.Ordinal));
                continue;
            }

            foreach (string name in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                yield return new Stressor(name, "", AsNobody: false);
            }
        }
    }
}
