using System.CommandLine;
using System.Text;

namespace Zonix.Cli.Commands;

/// <summary>completion: scripts that make shells complete commands and options.</summary>
internal static class CompletionCommand
{
    internal static void AddTo(Command root)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        Command completion = CommandTree.Plain("completion", "Print a script that completes commands: source <(zonix completion bash)", shell);
        completion.SetAction(result =>
        {
            Console.Out.Write(result.GetValue(shell) switch
            {
                "fish" => Fish(root),
                "zsh" => "#compdef zonix\nautoload -U +X bashcompinit && bashcompinit\n" + Bash(root),
                _ => Bash(root),
            });
            return 0;
        });
        root.Subcommands.Add(completion);
    }

    // The names of zones are asked of the machine, which is not started for that.
    private static string Bash(Command root)
    {
        var cases = new StringBuilder();
        foreach ((string path, Command command) in All(root, ""))
            cases.Append("        ").Append('"').Append(path).Append("\") words=\"").Append(Words(command)).Append("\" ;;\n");
        return $$"""
            _zonix() {
                local current=${COMP_WORDS[COMP_CWORD]} path= words= i
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case ${COMP_WORDS[i]} in
                        -*) ;;
                        *) case $path in
                               ''|zone|machine) path="${path:+$path }${COMP_WORDS[i]}" ;;
                           esac ;;
                    esac
                done
                case $path in
            {{cases.ToString().TrimEnd()}}
                esac
                case $path in
                    attach|exec|inspect|kill|logs|pause|port|rename|restart|rm|start|stats|stop|top|unpause|update|wait|zone\ *)
                        if zonix machine status >/dev/null 2>&1; then
                            words="$words $(zonix ps -a --format '{{"{{"}}.Names{{"}}"}}' 2>/dev/null)"
                        fi ;;
                esac
                COMPREPLY=($(compgen -W "$words" -- "$current"))
            }
            complete -o default -F _zonix zonix

            """;
    }

    private static string Fish(Command root)
    {
        var text = new StringBuilder("complete -c zonix -f\n");
        foreach ((string path, Command command) in All(root, ""))
        {
            string condition = path.Length == 0 ? "__fish_use_subcommand" : $"__fish_seen_subcommand_from {path.Split(' ')[^1]}";
            foreach (Command sub in command.Subcommands)
                text.Append($"complete -c zonix -n '{condition}' -a {sub.Name} -d '{sub.Description?.Replace("'", "", StringComparison.Ordinal)}'\n");
            foreach (Option option in command.Options)
            {
                if (option.Name.StartsWith("--", StringComparison.Ordinal))
                    text.Append($"complete -c zonix -n '{condition}' -l {option.Name[2..]} -d '{option.Description?.Replace("'", "", StringComparison.Ordinal)}'\n");
            }
        }

        return text.ToString();
    }

    private static IEnumerable<(string Path, Command Command)> All(Command command, string path)
    {
        yield return (path, command);
        foreach (Command sub in command.Subcommands)
        {
            foreach ((string Path, Command Command) one in All(sub, path.Length == 0 ? sub.Name : $"{path} {sub.Name}"))
                yield return one;
        }
    }

    private static string Words(Command command) => string.Join(
        ' ', command.Subcommands.Select(sub => sub.Name).Concat(command.Options.Select(option => option.Name).Where(name => name.StartsWith('-'))));
}
