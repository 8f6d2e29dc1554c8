using System.Globalization;

namespace Zonix.External;

/// <summary>The words of a command line: options with and without values, and the rest.</summary>
internal sealed class CommandLine
{
    private readonly Dictionary<string, List<string>> values = [];
    private readonly HashSet<string> flags = [];

    private CommandLine()
    {
    }

    internal List<string> Words { get; } = [];

    /// <summary>Null when an option is unknown or lacks its value.</summary>
    internal static CommandLine? Parse(IReadOnlyList<string> words, string[] valued, string[] flags)
    {
        CommandLine line = new();
        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i];
            if (!word.StartsWith("--", StringComparison.Ordinal))
            {
                line.Words.Add(word);
            }
            else if (flags.Contains(word))
            {
                line.flags.Add(word);
            }
            else if (valued.Contains(word) && i + 1 < words.Count)
            {
                if (!line.values.TryGetValue(word, out List<string>? list))
                {
                    line.values[word] = list = [];
                }

                list.Add(words[++i]);
            }
            else
            {
                return null;
            }
        }

        return line;
    }

    internal bool Has(string flag) => flags.Contains(flag);

    internal string? Value(string option) => values.TryGetValue(option, out List<string>? list) ? list[^1] : null;

    /// <summary>All values given, split at commas and spaces.</summary>
    internal IReadOnlyList<string> List(string option) =>
        values.TryGetValue(option, out List<string>? list)
            ? [.. list.SelectMany(value => value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))]
            : [];

    internal int Number(string option, int otherwise) =>
        Value(option) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
