using System.Buffers.Binary;

namespace Zonix.Storage.Streams;

/// <summary>Reads what <see cref="RecordWriter"/> has written; whatever is wrong with it is said with the record's number and the byte.</summary>
internal sealed class RecordReader(Stream input)
{
    private readonly byte[] chain = new byte[RecordWriter.ChecksumSize], header = new byte[RecordWriter.HeaderSize], checksum = new byte[RecordWriter.ChecksumSize];
    private byte[] body = new byte[4096];

    /// <summary>Records that were read; the number of the one that is being looked at.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes that were read, of what is behind a compression.</summary>
    public long Position { get; private set; }

    /// <summary>The next record; its payload is valid until the next call.</summary>
    public RecordKind Next(out BinaryReader payload)
    {
        Count++;
        Fill(header);
        int length = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(1));
        if (header[0] is < (byte)RecordKind.Begin or > (byte)RecordKind.End || length is < 0 or > RecordWriter.MaxLength)
            throw Broken("this is no record");
        if (body.Length < length)
            body = new byte[Math.Max(length, body.Length * 2)];
        Fill(body.AsSpan(0, length));
        Fill(checksum);
        RecordWriter.Chain(chain, header, body.AsSpan(0, length));
        if (!chain.AsSpan().SequenceEqual(checksum))
            throw Broken("the record does not fit its checksum");
        payload = new BinaryReader(new MemoryStream(body, 0, length, writable: false));
        return (RecordKind)header[0];
    }

    /// <summary>What is wrong, and where.</summary>
    public PoolException Broken(string what, Exception? cause = null) =>
        new($"the stream is broken at byte {Position}, record {Count}: {what}", Abi.Errno.EINVAL, cause);

    private void Fill(Span<byte> buffer)
    {
        try
        {
            while (!buffer.IsEmpty)
            {
                int got = input.Read(buffer);
                if (got == 0)
                    throw Broken("it ends too early");
                Position += got;
                buffer = buffer[got..];
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ZstdSharp.ZstdException)
        {
            throw Broken(e.Message, e);
        }
    }
}
