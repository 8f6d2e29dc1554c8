using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Zonix.Conformance.Tests;

/// <summary>What a test asks of the runner: `// name: value` lines at the top of a program, `name: value` in commands.txt.</summary>
internal sealed class Directives
{
    internal List<string> Flags { get; } = [];

    internal List<string> Arguments { get; } = [];

    /// <summary>Whether it is built as a program of 32 bits.</summary>
    internal bool IsI386 { get; private set; }

    internal List<string> ZoneOptions { get; } = [];

    internal Dictionary<string, string> Variables { get; } = [];

    /// <summary>Programs or files that must be there, and cpu:FLAG for a feature of the processor.</summary>
    internal List<string> Needs { get; } = [];

    /// <summary>A bash script run natively in the work folder before each of the two runs.</summary>
    internal string? Setup { get; private set; }

    /// <summary>The exit code that the native run must have; guards against a test that fails on both sides.</summary>
    internal int? Expected { get; private set; } = 0;

    internal TimeSpan Limit { get; private set; } = TimeSpan.FromSeconds(60);

    internal string? Skip { get; private set; }

    internal string? Command { get; private set; }

    private List<(Regex Pattern, string Replacement)> Replacements { get; } = [];

    /// <summary>Takes one directive; false when there is none of that name.</summary>
    internal bool Take(string name, string value)
    {
        switch (name)
        {
            case "flags": Flags.AddRange(Words.Split(value)); return true;
            case "args": Arguments.AddRange(Words.Split(value)); return true;
            case "machine": IsI386 = value == "i386"; return IsI386;
            case "zone": ZoneOptions.AddRange(Words.Split(value)); return true;
            case "needs": Needs.AddRange(Words.Split(value)); return true;
            case "setup": Setup = $"{Setup}{value.Replace("{suite}", Suite.Folder, StringComparison.Ordinal)}\n"; return true;
            case "run": Command = value; return true;
            case "exit": Expected = value == "any" ? null : int.Parse(value, CultureInfo.InvariantCulture); return true;
            case "timeout": Limit = TimeSpan.FromSeconds(int.Parse(value, CultureInfo.InvariantCulture)); return true;
            case "skip": Skip = value; return true;
            case "env":
                foreach (string word in Words.Split(value))
                {
                    int equals = word.IndexOf('=', StringComparison.Ordinal);
                    Variables[word[..equals]] = word[(equals + 1)..];
                }

                return true;
            case "mask":
                // mask: PATTERN => REPLACEMENT
                string[] parts = value.Split(" => ", 2);
                Replacements.Add((new Regex(parts[0], RegexOptions.Multiline), parts.Length > 1 ? parts[1] : ""));
                return true;
            default: return false;
        }
    }

    /// <summary>Takes out what may differ from run to run by its nature, such as a time.</summary>
    internal byte[] Normalize(byte[] output)
    {
        if (Replacements.Count == 0)
        {
            return output;
        }

        string text = Encoding.Latin1.GetString(output);
        foreach ((Regex pattern, string replacement) in Replacements)
        {
            text = pattern.Replace(text, replacement);
        }

        return Encoding.Latin1.GetBytes(text);
    }

    /// <summary>The reason why the test cannot run here, or null.</summary>
    internal string? ReasonToSkip() => Skip ?? Needs.Select(Prerequisites.Missing).FirstOrDefault(reason => reason is not null);
}
