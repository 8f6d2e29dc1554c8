namespace Zonix.Conformance.Tests;

/// <summary>The host's own programs, on the command lines of conformance/commands*.txt, behave in a zone as natively.</summary>
public sealed class CommandTests
{
    private static readonly Dictionary<string, Directives> Commands = Directory.EnumerateFiles(Suite.Folder, "commands*.txt")
        .Order(StringComparer.Ordinal).SelectMany(Read).ToDictionary(StringComparer.Ordinal);

    public static TheoryData<string> Names() => new(Commands.Keys.Where(Suite.IsWanted));

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public void Behaves_as_natively(string name)
    {
        Directives directives = Commands[name];
        List<string> command = [.. Words.Split(directives.Command!).Select(word => word.Replace("{suite}", Suite.Folder, StringComparison.Ordinal))];
        string? reason = directives.ReasonToSkip() ?? Prerequisites.Missing(command[0]);
        if (reason is not null)
        {
            Assert.Skip($"{name}: {reason}");
        }

        command[0] = Prerequisites.Find(command[0])!;
        Comparison.Demand(name, command, directives);
    }

    /// <summary>Blocks that start with [name], each with `directive: value` lines; # starts a comment.</summary>
    private static Dictionary<string, Directives> Read(string path)
    {
        Dictionary<string, Directives> commands = [];
        Directives? current = null;
        foreach (string line in File.ReadLines(path).Select(line => line.Trim()))
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line[0] == '[' && line[^1] == ']')
            {
                current = new Directives();
                commands.Add("commands/" + line[1..^1], current);
                continue;
            }

            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || current is null || !current.Take(line[..colon], line[(colon + 1)..].Trim()))
            {
                throw new InvalidDataException($"{path}: {line}");
            }
        }

        return commands;
    }
}
