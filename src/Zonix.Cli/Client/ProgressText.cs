using System.Text.Json;
using Zonix.Api;
using Zonix.Api.Docker;

namespace Zonix.Cli.Client;

/// <summary>Shows the lines of a long request.</summary>
internal static class ProgressText
{
    /// <summary>On standard output.</summary>
    internal static Task ShowAsync(HttpResponseMessage response) => ShowAsync(response, Console.Out, !Console.IsOutputRedirected);

    /// <summary>Until the request is done; its error is a <see cref="CommandException"/>.</summary>
    internal static async Task ShowAsync(HttpResponseMessage response, TextWriter target, bool isTerminal)
    {
        var board = new ProgressBoard(target, isTerminal);
        using (response)
        {
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync().ConfigureAwait(false));
            while (await lines.ReadLineAsync().ConfigureAwait(false) is { } line)
            {
                if (line.Length == 0 || JsonSerializer.Deserialize(line, ApiJson.Default.ProgressMessage) is not { } message)
                    continue;
                if (message.Error is { } error)
                    throw new CommandException(error);
                board.Show(message);
            }
        }
    }
}
