using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Zonix.Storage.Streams;

/// <summary>
/// Writes records: kind (1 byte), length (4), payload, and 8 bytes of the SHA-256 over the checksum before, kind, length and payload.
/// So a record cannot be changed, lost or moved unseen.
/// </summary>
internal sealed class RecordWriter(Stream output) : IDisposable
{
    public const int ChecksumSize = 8, HeaderSize = 5, MaxLength = 1 << 24;
    private readonly MemoryStream payload = new();
    private readonly byte[] chain = new byte[ChecksumSize];

    /// <summary>Records that were written.</summary>
    public long Count { get; private set; }

    /// <summary>Fills in the payload of the next record.</summary>
    public BinaryWriter Begin()
    {
        payload.SetLength(0);
        return new BinaryWriter(payload, System.Text.Encoding.UTF8, leaveOpen: true);
    }

    /// <summary>Writes the record.</summary>
    public void End(RecordKind kind)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        header[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(header[1..], (int)payload.Length);
        ReadOnlySpan<byte> body = payload.GetBuffer().AsSpan(0, (int)payload.Length);
        Chain(chain, header, body);
        output.Write(header);
        output.Write(body);
        output.Write(chain);
        Count++;
    }

    public void Dispose() => payload.Dispose();

    internal static void Chain(Span<byte> chain, ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(chain);
        hash.AppendData(header);
        hash.AppendData(body);
        Span<byte> result = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(result);
        result[..ChecksumSize].CopyTo(chain);
    }
}
