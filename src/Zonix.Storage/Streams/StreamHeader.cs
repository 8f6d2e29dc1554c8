namespace Zonix.Storage.Streams;

/// <summary>What a stream says of itself.</summary>
internal sealed record StreamHeader(
    string Dataset, string Snapshot, Guid Guid, Guid From, long CreatedNs, ulong NextInode, long Referenced, bool SharesContents)
{
    /// <summary>In front of everything, uncompressed; the last byte is the version.</summary>
    public static ReadOnlySpan<byte> Magic => "ZNXSEND\x01"u8;

    public bool IsIncremental => From != Guid.Empty;

    public void Write(BinaryWriter to)
    {
        to.Write(Dataset);
        to.Write(Snapshot);
        to.Write(Guid.ToByteArray());
        to.Write(From.ToByteArray());
        to.Write(CreatedNs);
        to.Write(NextInode);
        to.Write(Referenced);
        to.Write(SharesContents);
    }

    public static StreamHeader Read(BinaryReader from) => new(
        from.ReadString(), from.ReadString(), new Guid(from.ReadBytes(16)), new Guid(from.ReadBytes(16)),
        from.ReadInt64(), from.ReadUInt64(), from.ReadInt64(), from.ReadBoolean());
}
