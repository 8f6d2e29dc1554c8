using System.Buffers.Binary;

namespace Zonix.Cli.Client;

/// <summary>Copies what a program writes to standard output and error: raw, or in docker's frames.</summary>
internal static class FrameReader
{
    private const int HeaderSize = 8, ChunkSize = 32 << 10;

    internal static Task CopyAsync(Stream from, bool isRaw) => CopyAsync(memory => from.ReadAsync(memory), isRaw);

    internal static async Task CopyAsync(Func<Memory<byte>, ValueTask<int>> read, bool isRaw)
    {
        using Stream output = Console.OpenStandardOutput(), error = Console.OpenStandardError();
        byte[] header = new byte[HeaderSize], buffer = new byte[ChunkSize];
        while (true)
        {
            int left = int.MaxValue;
            Stream to = output;
            if (!isRaw)
            {
                if (!await FillAsync(read, header).ConfigureAwait(false))
                    return;
                to = header[0] == 2 ? error : output;
                left = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4));
            }

            while (left > 0)
            {
                int n = await read(buffer.AsMemory(0, Math.Min(left, buffer.Length))).ConfigureAwait(false);
                if (n == 0)
                    return;
                await to.WriteAsync(buffer.AsMemory(0, n)).ConfigureAwait(false);
                left -= isRaw ? 0 : n;
            }
        }
    }

    private static async ValueTask<bool> FillAsync(Func<Memory<byte>, ValueTask<int>> read, Memory<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int n = await read(buffer).ConfigureAwait(false);
            if (n == 0)
                return false;
            buffer = buffer[n..];
        }

        return true;
    }
}
