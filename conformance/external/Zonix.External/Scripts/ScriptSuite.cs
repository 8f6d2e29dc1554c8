namespace Zonix.External.Scripts;

/// <summary>One suite of scripts/suites.txt.</summary>
internal sealed class ScriptSuite(string name, string package)
{
    internal string Name => name;

    internal string Package => package;

    /// <summary>The scripts' folder within the source.</summary>
    internal string Folder { get; private set; } = ".";

    /// <summary>Lines of bash, run natively in a copy of the source.</summary>
    internal string Preparation { get; private set; } = "";

    internal List<string> Tests { get; } = [];

    internal List<string> Without { get; } = [];

    /// <summary>The line that runs a test.</summary>
    internal string Line { get; private set; } = "";

    internal static IReadOnlyList<ScriptSuite> Read(IEnumerable<string> lines)
    {
        List<ScriptSuite> suites = [];
        foreach (string line in lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] == '[')
            {
                int close = line.IndexOf(']', StringComparison.Ordinal);
                suites.Add(new ScriptSuite(line[1..close], line[(close + 1)..].Trim()));
                continue;
            }

            int colon = line.IndexOf(':', StringComparison.Ordinal);
            suites[^1].Take(line[..colon], line[(colon + 1)..].Trim());
        }

        return suites;
    }

    /// <summary>The tests in a copy of the source, relative to the suite's folder.</summary>
    internal IReadOnlyList<string> Select(string source)
    {
        string folder = Path.Combine(source, Folder);
        return [.. Tests.SelectMany(glob => Directory.EnumerateFiles(Path.Combine(folder, Path.GetDirectoryName(glob)!), Path.GetFileName(glob)))
            .Select(path => Path.GetRelativePath(folder, path))
            .Where(test => !Without.Any(glob => Glob.Matches(glob, test)))
            .Order(StringComparer.Ordinal)];
    }

    private void Take(string key, string value)
    {
        switch (key)
        {
            case "folder":
                Folder = value;
                break;
            case "prepare":
                Preparation += value + "\n";
                break;
            case "run":
                Line = value;
                break;
            case "tests":
                Tests.AddRange(value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
                break;
            case "without":
                Without.AddRange(value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
                break;
            default:
                throw new InvalidDataException($"{name}: {key}");
        }
    }
}
