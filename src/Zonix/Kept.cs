using System.Text;

namespace Zonix;

/// <summary>The first bytes of what a program wrote.</summary>
internal sealed record Kept(string Text, bool IsTruncated)
{
    private const int ChunkSize = 16 << 10;

    internal static async Task<Kept> ReadAsync(Stream from, int limit)
    {
        using var kept = new MemoryStream();
        byte[] chunk = new byte[ChunkSize];
        bool isTruncated = false;
        while (await from.ReadAsync(chunk).ConfigureAwait(false) is var n and > 0)
        {
            int room = Math.Min(n, limit - (int)kept.Length);
            kept.Write(chunk, 0, room);
            isTruncated |= room < n;
        }

        return new Kept(Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length), isTruncated);
    }
}
