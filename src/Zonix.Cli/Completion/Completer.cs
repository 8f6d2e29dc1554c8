using System.CommandLine;

namespace Zonix.Cli.Completion;

/// <summary>What the last word of a command line can become, by the commands' own declarations.</summary>
internal sealed class Completer
{
    private const string RunWord = "run", CreateWord = "create";
    private static readonly string[] Signals = ["HUP", "INT", "QUIT", "KILL", "USR1", "USR2", "TERM", "CONT", "STOP", "WINCH"];
    private readonly Command root;
    private readonly List<string> arguments = [];
    private Command command;
    private int position;
    private bool areOptionsOver;
    private string? wantsValue;

    internal Completer(Command root)
    {
        this.root = root;
        command = root;
    }

    /// <summary>Whether names of the host's files fit too.</summary>
    internal bool WantsFiles { get; private set; }

    /// <summary>The candidates for the last of these words, which come after the program's name.</summary>
    internal IEnumerable<Candidate> Complete(IReadOnlyList<string> words)
    {
        for (int i = 0; i < words.Count - 1; i++)
            Read(words[i]);
        string typed = words[^1];
        string before = "";
        if (wantsValue is null && !areOptionsOver && typed.StartsWith("--", StringComparison.Ordinal) && typed.IndexOf('=', StringComparison.Ordinal) is >= 0 and var equals)
        {
            wantsValue = typed[..equals];
            before = typed[..(equals + 1)];
        }

        return Candidates(typed).Select(one => one with { Text = before + one.Text }).Where(one => one.Text.StartsWith(typed, StringComparison.Ordinal));
    }

    private bool IsRun => command.Name is RunWord or CreateWord && command.Parents.Contains(root);

    private void Read(string word)
    {
        if (wantsValue is not null)
        {
            wantsValue = null;
            return;
        }

        if (!areOptionsOver && word.StartsWith('-') && word.Length > 1)
        {
            if (word == "--")
                areOptionsOver = true;
            else if (!word.Contains('=', StringComparison.Ordinal) && TakesValue(word))
                wantsValue = word;
            return;
        }

        if (position == 0 && command.Subcommands.FirstOrDefault(sub => sub.Name == word || sub.Aliases.Contains(word)) is { } found)
        {
            command = found;
            return;
        }

        arguments.Add(word);
        position++;

        // What stands behind is the program's.
        areOptionsOver |= IsRun ? word != "host" || position > 1 : command.Name == "exec";
    }

    private bool TakesValue(string word)
    {
        if (IsRun)
            return RunOptionNames.Valued.Contains(word) || (word.Length == 2 && "aceehlmopuvw".Contains(word[1], StringComparison.Ordinal));
        return command.Options.FirstOrDefault(option => option.Name == word || option.Aliases.Contains(word)) is { } known && known.ValueType != typeof(bool);
    }

    private IEnumerable<Candidate> Candidates(string typed)
    {
        if (wantsValue is not null)
            return Values(wantsValue);
        if (!areOptionsOver && typed.StartsWith('-'))
            return Options();
        if (position == 0 && command.Subcommands.Count > 0)
            return command.Subcommands.Where(sub => !sub.Hidden).Select(sub => new Candidate(sub.Name, sub.Description ?? ""));
        if (IsRun)
            return position == 0 ? KnownNames.Images().Append(new Candidate("host", "The host's own tree.")) : Files();
        return command.Arguments.Count == 0 ? [] : Arguments(command.Arguments[Math.Min(position, command.Arguments.Count - 1)]);
    }

    private IEnumerable<Candidate> Options()
    {
        if (IsRun)
            return RunOptionNames.Switches.Concat(RunOptionNames.Valued).Select(static name => new Candidate(name));
        return command.Options.Where(static option => !option.Hidden)
            .SelectMany(static option => option.Aliases.Prepend(option.Name).Where(static name => name.StartsWith('-')).Select(name => new Candidate(name, option.Description ?? "")))
            .Append(new Candidate("--help"));
    }

    private IEnumerable<Candidate> Arguments(Argument argument) => (command.Name, argument.Name) switch
    {
        ("exec", "command") => Files(),
        ("cp", _) => KnownNames.Zones().Select(static one => one with { Text = one.Text + ":" }).Concat(Files()),
        ("inspect", "name") => KnownNames.Zones().Concat(KnownNames.Images()).Concat(KnownNames.Volumes()).Concat(KnownNames.Networks()),
        ("start", "zone") => KnownNames.Zones(running: false),
        ("stop" or "kill" or "pause" or "unpause" or "exec" or "attach" or "top" or "wait" or "login" or "halt", "zone") => KnownNames.Zones(running: true),
        ("update", "zone") or (_, "zone") or ("port", "name") or ("clone", "source") => KnownNames.Zones(),
        ("rollback", "snapshot") when arguments is [var zone] => KnownNames.Snapshots(zone),
        ("tag", "name") => KnownNames.Images(),
        (_, "image") => KnownNames.Images(),
        (_, "network") => KnownNames.Networks(),
        (_, "volume") => KnownNames.Volumes(),
        (_, "shell") => [new Candidate("bash"), new Candidate("zsh"), new Candidate("fish")],
        (_, "file") => Files(),
        _ => [],
    };

    private IEnumerable<Candidate> Values(string option) => option switch
    {
        "--network" or "--net" => KnownNames.Networks(),
        "-v" or "--volume" => KnownNames.Volumes().Select(static one => one with { Text = one.Text + ":" }).Concat(Files()),
        "--restart" => Words("no", "on-failure", "always", "unless-stopped"),
        "--pull" => Words("always", "missing", "never"),
        "-a" or "--attach" when IsRun => Words("stdin", "stdout", "stderr"),
        "--type" => Words("container", "image", "volume", "network"),
        "-s" or "--signal" or "--stop-signal" => Words(Signals),
        "--format" => Words("json", "table"),
        "--platform" => Words("linux/amd64", "linux/386"),
        "--log-driver" => Words("json-file"),
        "--log-opt" => Words("max-size=", "max-file="),
        "--mount" => Words("type=bind,source=", "type=volume,source=", "type=tmpfs,target="),
        "-f" or "--filter" when command.Name is "ps" or "ls" => Words("name=", "status=", "label=", "ancestor=", "id="),
        "--env-file" or "--label-file" or "--cidfile" or "--root" or "-o" or "--output" or "-i" or "--input" or "--file" or "-w" or "--workdir" or "--keyring" => Files(),
        _ => [],
    };

    private static IEnumerable<Candidate> Words(params string[] words) => words.Select(static word => new Candidate(word));

    private IEnumerable<Candidate> Files()
    {
        WantsFiles = true;
        return [];
    }
}
