using System.CommandLine;
using System.Text;
using Zonix.Api;
using Zonix.Api.Docker;
using Zonix.Cli.Client;

namespace Zonix.Cli.Commands;

/// <summary>pull, push, login, logout.</summary>
internal static class RegistryCommands
{
    private const string DockerHub = "docker.io";

    internal static void AddTo(Command root)
    {
        root.Subcommands.Add(Pull());
        root.Subcommands.Add(Push());
        root.Subcommands.Add(Login());
        root.Subcommands.Add(Logout());
    }

    /// <summary>Gets an image; debian:SUITE from a mirror of Debian when no registry has it.</summary>
    internal static async Task PullAsync(MachineClient client, string image, string? platform, TextWriter target, bool isTerminal)
    {
        string wanted = platform is null ? "" : "&platform=" + Uri.EscapeDataString(platform);
        HttpResponseMessage response = await client.SendAsync(HttpMethod.Post, $"images/create?fromImage={CommandTree.Escape(image)}{wanted}", null).ConfigureAwait(false);
        await ProgressText.ShowAsync(response, target, isTerminal).ConfigureAwait(false);
    }

    private static Command Pull()
    {
        var image = new Argument<string>("image");
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Say nothing but the name." };
        var platform = new Option<string?>("--platform") { Description = "linux/amd64, or linux/386." };
        return CommandTree.OfMachine("pull", "Get an image from a registry; debian:SUITE from a mirror of Debian when no registry gives it.", async (result, client) =>
        {
            bool isQuiet = result.GetValue(quiet);
            await PullAsync(client, result.GetValue(image)!, result.GetValue(platform), isQuiet ? TextWriter.Null : Console.Out, !Console.IsOutputRedirected).ConfigureAwait(false);
            if (isQuiet)
                Console.WriteLine(result.GetValue(image));
            return 0;
        }, image, quiet, platform);
    }

    private static Command Push()
    {
        var image = new Argument<string>("image");
        return CommandTree.OfMachine("push", "Send an image to its registry.", async (result, client) =>
        {
            await ProgressText.ShowAsync(await client.SendAsync(HttpMethod.Post, $"images/{result.GetValue(image)}/push", null).ConfigureAwait(false)).ConfigureAwait(false);
            return 0;
        }, image);
    }

    private static Command Login()
    {
        var host = new Argument<string>("registry") { DefaultValueFactory = _ => DockerHub };
        var user = new Option<string?>("--username", "-u");
        var password = new Option<string?>("--password", "-p") { Description = "Others may see it; --password-stdin is safer." };
        var fromInput = new Option<bool>("--password-stdin") { Description = "Read it from standard input." };
        return CommandTree.OfMachine("login", "Keep credentials for a registry, when it accepts them.", async (result, client) =>
        {
            string name = result.GetValue(user) ?? Ask("Username: ", isSecret: false);
            string secret = result.GetValue(fromInput)
                ? (await Console.In.ReadToEndAsync().ConfigureAwait(false)).TrimEnd('\r', '\n')
                : result.GetValue(password) ?? Ask("Password: ", isSecret: true);
            using HttpContent body = MachineClient.Json(
                new AuthRequest { UserName = name, Password = secret, ServerAddress = result.GetValue(host) }, ApiJson.Default.AuthRequest);
            Console.WriteLine((await client.PostAsync("auth", body, ApiJson.Default.AuthResponse).ConfigureAwait(false)).Status);
            return 0;
        }, host, user, password, fromInput);
    }

    private static Command Logout()
    {
        var host = new Argument<string>("registry") { DefaultValueFactory = _ => DockerHub };
        return CommandTree.OfMachine("logout", "Forget the credentials for a registry.", async (result, client) =>
        {
            await client.DeleteAsync("zonix/auth/" + CommandTree.Escape(result.GetValue(host)!)).ConfigureAwait(false);
            return 0;
        }, host);
    }

    private static string Ask(string prompt, bool isSecret)
    {
        if (Console.IsInputRedirected)
            throw new CommandException("standard input is no terminal: give --username and --password-stdin");
        Console.Error.Write(prompt);
        if (!isSecret)
            return Console.ReadLine() ?? "";
        var text = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
                text.Length = Math.Max(0, text.Length - 1);
            else
                text.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return text.ToString();
    }
}
