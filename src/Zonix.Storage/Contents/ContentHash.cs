using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Zonix.Host.Files;

namespace Zonix.Storage.Contents;

/// <summary>
/// The checksum of a content: SHA-256 over its chunks of 64 KiB that are not all zeros, each with its number, and the length. So
/// holes cost nothing, and it makes no difference whether the host keeps them as holes.
/// </summary>
internal static class ContentHash
{
    private const int ChunkSize = 64 * 1024, SEEK_DATA = 3;

    /// <summary>Of bytes in memory.</summary>
    public static byte[] Of(ReadOnlySpan<byte> data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int at = 0; at < data.Length; at += ChunkSize)
            Append(hash, at / ChunkSize, data.Slice(at, Math.Min(ChunkSize, data.Length - at)));
        return Finish(hash, data.Length);
    }

    /// <summary>Of a file; answers a negated errno of the host's when it cannot be read, else its length.</summary>
    public static long Of(HostFile file, out byte[] result)
    {
        result = [];
        int error = file.Stat(out HostStat stat);
        if (error != 0)
            return -error;
        long length = (long)stat.Size;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            for (long at = 0; at < length; at += ChunkSize)
            {
                long data = file.Seek(at, SEEK_DATA);
                if (data == -6 /* ENXIO: a hole up to the end */)
                    break;
                if (data > at)
                    at = data / ChunkSize * ChunkSize;
                int wanted = (int)Math.Min(ChunkSize, length - at);
                long got = ReadFully(file, buffer.AsSpan(0, wanted), at);
                if (got < 0)
                    return got;
                Append(hash, at / ChunkSize, buffer.AsSpan(0, (int)got));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        result = Finish(hash, length);
        return length;
    }

    /// <summary>Reads until the span is full or the file ends; a negated errno.</summary>
    public static long ReadFully(HostFile file, Span<byte> buffer, long offset)
    {
        int done = 0;
        while (done < buffer.Length)
        {
            long got = file.PRead(buffer[done..], offset + done);
            if (got < 0)
                return got;
            if (got == 0)
                break;
            done += (int)got;
        }
        return done;
    }

    // Trailing zeros of the last chunk say nothing that the length does not say.
    private static void Append(IncrementalHash hash, long number, ReadOnlySpan<byte> chunk)
    {
        if (chunk.IndexOfAnyExcept((byte)0) < 0)
            return;
        Span<byte> header = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(header, number);
        hash.AppendData(header);
        hash.AppendData(chunk);
    }

    private static byte[] Finish(IncrementalHash hash, long length)
    {
        Span<byte> trailer = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(trailer, length);
        hash.AppendData(trailer);
        return hash.GetHashAndReset();
    }
}
