using System.CommandLine;
using System.CommandLine.Parsing;
using Zonix.Cli.Client;

namespace Zonix.Cli.Commands;

/// <summary>All commands but run and create.</summary>
internal static class CommandTree
{
    internal static int Execute(string[] words)
    {
        RootCommand root = Create();
        ParseResult result = root.Parse(words is ["exec", ..] ? StreamCommands.EndOptions(words) : words);
        if (result.Errors.Count > 0)
        {
            foreach (ParseError error in result.Errors)
                Console.Error.WriteLine($"zonix: {error.Message}");
            string command = result.CommandResult.Command is RootCommand ? "" : result.CommandResult.Command.Name + " ";
            Console.Error.WriteLine($"see 'zonix {command}--help'");
            return words is [] or ["run" or "create", ..] ? 125 : 1;
        }

        return result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    internal static RootCommand Create()
    {
        var root = new RootCommand("Zonix: Linux programs and containers on a kernel of their own.");
        root.Subcommands.Add(new Command("run", "Run a program in a new zone; 'zonix run --help' says more."));
        root.Subcommands.Add(new Command("create", "Make a zone as run does, without starting it."));
        LifeCommands.AddTo(root);
        ListCommands.AddTo(root);
        StreamCommands.AddTo(root);
        CopyCommand.AddTo(root);
        ChangeCommands.AddTo(root);
        ImageCommands.AddTo(root);
        RegistryCommands.AddTo(root);
        DatasetCommands.AddTo(root);
        MachineCommands.AddTo(root);
        ZoneCommands.AddTo(root);
        CompletionCommand.AddTo(root);
        return root;
    }

    /// <summary>A command that talks to the machine, which is started if need be.</summary>
    internal static Command OfMachine(string name, string description, Func<ParseResult, MachineClient, Task<int>> action, params Symbol[] symbols)
    {
        Command command = Plain(name, description, symbols);
        command.SetAction(result => CommandErrors.Guard(async () =>
        {
            using MachineClient client = MachineClient.Connect();
            return await action(result, client).ConfigureAwait(false);
        }));
        return command;
    }

    /// <summary>A command with its options and arguments.</summary>
    internal static Command Plain(string name, string description, params Symbol[] symbols)
    {
        var command = new Command(name, description);
        foreach (Symbol symbol in symbols)
        {
            if (symbol is Option option)
                command.Options.Add(option);
            else if (symbol is Argument argument)
                command.Arguments.Add(argument);
            else
                command.Subcommands.Add((Command)symbol);
        }

        return command;
    }

    /// <summary>Does something to each of several; one that fails does not keep the others from it.</summary>
    internal static async Task<int> EachAsync(IEnumerable<string> names, Func<string, Task> action, bool prints = true)
    {
        int code = 0;
        foreach (string name in names)
        {
            try
            {
                await action(name).ConfigureAwait(false);
                if (prints)
                    Console.WriteLine(name);
            }
            catch (CommandException e)
            {
                Console.Error.WriteLine($"zonix: {e.Message}");
                code = 1;
            }
        }

        return code;
    }

    internal static string Escape(string text) => Uri.EscapeDataString(text);
}
