namespace Zonix.External.Running;

/// <summary>Why a test does not pass in a zone: lines "GLOB REASON", the first that fits counts.</summary>
internal sealed class Expectations
{
    private readonly List<(string Glob, string Reason)> entries = [];

    /// <summary>Those that hold here too, whether they are needed or not.</summary>
    internal Expectations? Others { get; init; }

    /// <summary>Entries that no failing test needed.</summary>
    internal IEnumerable<string> Unneeded(IReadOnlyCollection<string> failing) =>
        entries.Where(entry => !failing.Any(name => Glob.Matches(entry.Glob, name))).Select(entry => entry.Glob);

    internal static Expectations Read(string path, Expectations? others = null)
    {
        Expectations expectations = new() { Others = others };
        if (File.Exists(path))
        {
            foreach (string line in File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
            {
                int space = line.IndexOf(' ', StringComparison.Ordinal);
                expectations.entries.Add(space < 0 ? (line, "") : (line[..space], line[space..].Trim()));
            }
        }

        return expectations;
    }

    internal string Reason(string name) => 
        entries.FirstOrDefault(entry => Glob.Matches(entry.Glob, name)).Reason ?? Others?.Reason(name) ?? "";
}
