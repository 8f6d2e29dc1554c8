using System.CommandLine;
using Zonix.Cli.Completion;

namespace Zonix.Cli.Commands;

/// <summary>completion: scripts that make shells complete commands, options and names. They ask this program what fits.</summary>
internal static class CompletionCommand
{
    /// <summary>What the scripts call: zonix __complete SHELL LINE.</summary>
    internal const string Word = "__complete";

    private const string FilesWord = ":files";

    private const string Bash = """
        _zonix() {
            local line=${COMP_LINE:0:COMP_POINT} current=${COMP_WORDS[COMP_CWORD]} word
            COMPREPLY=()
            while IFS= read -r word; do
                case $word in
                    :files) while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current"); compopt -o filenames ;;
                    *) COMPREPLY+=("$word") ;;
                esac
            done < <("${COMP_WORDS[0]/#\~/$HOME}" __complete bash "$line" 2>/dev/null)
            case ${COMPREPLY[0]} in *[:=]) [ ${#COMPREPLY[@]} = 1 ] && compopt -o nospace ;; esac
        }
        complete -F _zonix zonix

        """;

    private const string Zsh = """
        #compdef zonix
        _zonix() {
            local -a found open
            local word files=
            while IFS= read -r word; do
                case $word in
                    :files) files=1 ;;
                    *[:=]) open+=("$word") ;;
                    *) found+=("$word") ;;
                esac
            done < <("${words[1]/#\~/$HOME}" __complete zsh "${(j: :)${(@q)words[1,CURRENT]}}" 2>/dev/null)
            (( ${#found} )) && compadd -a found
            (( ${#open} )) && compadd -S '' -a open
            [[ -n $files ]] && _files
        }
        compdef _zonix zonix

        """;

    private const string Fish = """
        function __zonix_complete
            for word in (zonix __complete fish (commandline -cp) 2>/dev/null)
                if test "$word" = :files
                    __fish_complete_path (commandline -ct)
                else
                    echo $word
                end
            end
        end
        complete -c zonix -f -a '(__zonix_complete)'

        """;

    internal static void AddTo(Command root)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        Command completion = CommandTree.Plain("completion", "Print a script that completes commands: source <(zonix completion bash)", shell);
        completion.SetAction(result =>
        {
            Console.Out.Write(result.GetValue(shell) switch { "fish" => Fish, "zsh" => Zsh, _ => Bash });
            return 0;
        });
        root.Subcommands.Add(completion);
    }

    /// <summary>Prints what the last word of a line can become, one a line, as the shell wants it.</summary>
    internal static int Complete(string shell, string line)
    {
        List<string> words = CommandLineText.Split(line);
        if (words.Count < 2)
            return 0;
        var completer = new Completer(CommandTree.Create());
        string typed = words[^1];
        Candidate[] found = [.. completer.Complete(words[1..]).OrderBy(static one => one.Text, StringComparer.Ordinal)];

        // Bash's words end at colons and equals signs too; it replaces what is behind the last one.
        int kept = shell == "bash" ? typed.LastIndexOfAny([':', '=']) + 1 : 0;
        foreach (Candidate one in found)
            Console.Out.Write(shell == "fish" && one.Description.Length > 0 ? $"{one.Text}\t{one.Description}\n" : $"{one.Text[kept..]}\n");
        if (completer.WantsFiles)
            Console.Out.Write(FilesWord + "\n");
        return 0;
    }
}
