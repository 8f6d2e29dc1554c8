using System.Text.Json;
using Zonix.Api;
using Zonix.Api.Docker;

namespace Zonix.Cli.Client;

/// <summary>Shows the lines of a long request.</summary>
internal static class ProgressText
{
    internal static async Task ShowAsync(HttpResponseMessage response)
    {
        using (response)
        {
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync().ConfigureAwait(false));
            while (await lines.ReadLineAsync().ConfigureAwait(false) is { } line)
            {
                if (line.Length == 0 || JsonSerializer.Deserialize(line, ApiJson.Default.ProgressMessage) is not { } message)
                    continue;
                if (message.Error is { } error)
                    throw new CommandException(error);
                if (message.Stream is { } text)
                    Console.Write(text);
                else if (message.Status is { } status)
                    Console.WriteLine(message.Id is { } id ? $"{id}: {status}" : status);
            }
        }
    }
}
