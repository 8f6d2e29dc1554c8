using System.Net.Sockets;
using System.Text;

namespace Zonix.Cli.Client;

/// <summary>A connection after an upgrade: what was read with the head of the answer, and then the rest.</summary>
internal sealed class WireStream : IDisposable
{
    private const int LongestHead = 16 << 10;
    private readonly NetworkStream stream;
    private readonly byte[] early;
    private int at, end;

    private WireStream(NetworkStream stream, byte[] early, int at, int end)
    {
        this.stream = stream;
        this.early = early;
        this.at = at;
        this.end = end;
    }

    /// <summary>Makes the request, and reads the head of the answer.</summary>
    internal static async Task<WireStream> OpenAsync(NetworkStream stream, string path, byte[]? body, CancellationToken cancellation)
    {
        string head = $"POST {path} HTTP/1.1\r\nHost: zonix\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n" +
            (body is null ? "Content-Length: 0\r\n\r\n" : $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n");
        await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. body ?? []], cancellation).ConfigureAwait(false);
        byte[] buffer = new byte[LongestHead];
        int length = 0;
        while (true)
        {
            int n = length == buffer.Length ? 0 : await stream.ReadAsync(buffer.AsMemory(length), cancellation).ConfigureAwait(false);
            if (n == 0)
                throw new CommandException("the machine has closed the connection");
            length += n;
            int blank = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (blank < 0)
                continue;
            string answer = Encoding.ASCII.GetString(buffer, 0, blank);
            int status = int.Parse(answer.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture);
            if (status is 101 or 200)
                return new WireStream(stream, buffer, blank + 4, length);
            throw MachineClient.ErrorOf(await RestAsync(stream, answer, buffer.AsMemory(blank + 4, length - blank - 4), cancellation).ConfigureAwait(false), status);
        }
    }

    /// <summary>Reads what there is; 0 at the end.</summary>
    internal async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation = default)
    {
        if (at == end)
            return await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false);
        int n = Math.Min(buffer.Length, end - at);
        early.AsMemory(at, n).CopyTo(buffer);
        at += n;
        return n;
    }

    internal ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => stream.WriteAsync(bytes);

    /// <summary>Nothing more will be written.</summary>
    internal void EndWriting()
    {
        try
        {
            stream.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The other side was quicker.
        }
    }

    public void Dispose() => stream.Dispose();

    // The rest of an error: as long as the head says.
    private static async Task<string> RestAsync(NetworkStream stream, string head, ReadOnlyMemory<byte> begun, CancellationToken cancellation)
    {
        const string Name = "Content-Length:";
        int at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        string digits = at < 0 ? "" : new string([.. head[(at + Name.Length)..].TrimStart().TakeWhile(char.IsAsciiDigit)]);
        byte[] body = new byte[digits.Length is > 0 and < 8 ? int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture) : begun.Length];
        int length = Math.Min(begun.Length, body.Length);
        begun[..length].CopyTo(body);
        while (length < body.Length && await stream.ReadAsync(body.AsMemory(length), cancellation).ConfigureAwait(false) is > 0 and var n)
            length += n;
        return Encoding.UTF8.GetString(body, 0, length);
    }
}
