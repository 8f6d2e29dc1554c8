using Zonix.Cli.Client;

namespace Zonix.Cli;

/// <summary>-e and --env-file as docker's users write them: NAME=value, or NAME for the caller's value.</summary>
internal static class VariableText
{
    /// <summary>The variable; none when the caller has none of this name.</summary>
    internal static IEnumerable<string> Read(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals == 0 || text.Length == 0)
            throw new CommandException($"invalid environment variable: \"{text}\": expected NAME=value");
        if (equals > 0)
            yield return text;
        else if (Environment.GetEnvironmentVariable(text) is { } own)
            yield return $"{text}={own}";
    }

    /// <summary>Variables of a file, one a line; # begins a comment.</summary>
    internal static IEnumerable<string> ReadFile(string file) => File.ReadLines(file).Select(line => line.TrimStart()).Where(line => line.Length > 0 && line[0] != '#').SelectMany(Read);
}
