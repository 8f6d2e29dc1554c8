using System.Text;

namespace Zonix.External.Running;

/// <summary>Drains a stream to its end and keeps the first and the last part of what came.</summary>
internal sealed class BoundedText
{
    private const int Kept = 512 * 1024;
    private readonly byte[] head = new byte[Kept];
    private readonly byte[] tail = new byte[Kept];
    private readonly Lock gate = new();
    private int begun;
    private long beyond;

    internal async Task DrainAsync(Stream stream)
    {
        byte[] buffer = new byte[32 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0)
        {
            Add(buffer.AsSpan(0, count));
        }
    }

    /// <summary>What came so far: a grandchild may hold the pipe open for ever.</summary>
    public override string ToString()
    {
        lock (gate)
        {
            StringBuilder text = new(Encoding.UTF8.GetString(head, 0, begun));
            if (beyond > Kept)
            {
                text.Append($"\n... {beyond - Kept} bytes left out ...\n");
            }

            int length = (int)Math.Min(beyond, Kept);
            int start = beyond > Kept ? (int)(beyond % Kept) : 0;
            byte[] ordered = [.. tail.AsSpan(start, length - start), .. tail.AsSpan(0, start)];
            return text.Append(Encoding.UTF8.GetString(ordered)).ToString();
        }
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            int first = Math.Min(bytes.Length, Kept - begun);
            bytes[..first].CopyTo(head.AsSpan(begun));
            begun += first;
            foreach (byte one in bytes[first..])
            {
                tail[beyond++ % Kept] = one;
            }
        }
    }
}
