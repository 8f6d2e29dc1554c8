using Zonix.Host.Files;

namespace Zonix.Cli.Client;

/// <summary>Files, or the standard streams, as bodies of requests and answers.</summary>
internal static class FileBody
{
    /// <summary>A body from a file; from standard input for null and -.</summary>
    internal static HttpContent Read(string? file) =>
        new StreamContent(file is null or "-" ? Console.OpenStandardInput() : new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read));

    /// <summary>Writes the body of an answer to a file; to standard output for null and -.</summary>
    internal static async Task WriteAsync(MachineClient client, string path, string? file)
    {
        bool isStandard = file is null or "-";
        if (isStandard && HostTerminalPort.IsOutputTerminal)
            throw new CommandException("cowardly refusing to write an archive to a terminal: use -o FILE, or redirect");
        using HttpResponseMessage response = await client.SendAsync(HttpMethod.Get, path, null).ConfigureAwait(false);
        using Stream body = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
        using Stream target = isStandard ? Console.OpenStandardOutput() : new FileStream(file!, FileMode.Create, FileAccess.Write);
        await body.CopyToAsync(target).ConfigureAwait(false);
    }
}
