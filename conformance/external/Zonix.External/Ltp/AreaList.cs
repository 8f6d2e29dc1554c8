namespace Zonix.External.Ltp;

/// <summary>Which tests belong to which area, and which are never run; see ltp/areas.txt.</summary>
internal sealed class AreaList
{
    private readonly List<(string Name, string[] Files, List<string> Globs)> areas = [];
    private readonly List<(string Glob, string Reason)> excluded = [];

    internal IEnumerable<string> Names => areas.Select(area => area.Name);

    internal IReadOnlyList<(string Glob, string Reason)> Excluded => excluded;

    internal static AreaList Read(IEnumerable<string> lines)
    {
        AreaList list = new();
        bool excluding = false;
        foreach (string line in lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] == '[' && line.IndexOf(']', StringComparison.Ordinal) is > 0 and int close)
            {
                string name = line[1..close];
                excluding = name == "not run";
                if (!excluding)
                {
                    list.areas.Add((name, Split(line[(close + 1)..]), []));
                }
            }
            else if (excluding)
            {
                int space = line.IndexOf(' ', StringComparison.Ordinal);
                list.excluded.Add((line[..space], line[space..].Trim()));
            }
            else
            {
                list.areas[^1].Globs.AddRange(Split(line));
            }
        }

        return list;
    }

    /// <summary>The tests of the install folder's runtest files, each in the first area that names it.</summary>
    internal IReadOnlyList<LtpTest> Select(string install)
    {
        Dictionary<string, List<(string Name, string Line)>> files = [];
        Dictionary<string, LtpTest> tests = [];
        foreach ((string area, string[] names, List<string> globs) in areas)
        {
            foreach (string file in names)
            {
                if (!files.TryGetValue(file, out List<(string Name, string Line)>? entries))
                {
                    files[file] = entries = Entries(Path.Combine(install, "runtest", file));
                }

                foreach ((string name, string line) in entries)
                {
                    if (!tests.ContainsKey(name) && !IsExcluded(name) && globs.Any(glob => Glob.Matches(glob, name)))
                    {
                        tests[name] = new LtpTest(name, line, area);
                    }
                }
            }
        }

        return [.. tests.Values];
    }

    private static List<(string Name, string Line)> Entries(string path)
    {
        List<(string Name, string Line)> entries = [];
        foreach (string line in File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            int space = line.IndexOfAny([' ', '\t']);
            if (space > 0)
            {
                entries.Add((line[..space], line[space..].Trim()));
            }
        }

        return entries;
    }

    private static string[] Split(string text) => text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private bool IsExcluded(string name) => excluded.Any(entry => Glob.Matches(entry.Glob, name));
}
