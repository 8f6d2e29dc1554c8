using Zonix.Abi;
using Zonix.Host.Files;
using Zonix.Storage.Contents;
using Zonix.Storage.Groups;
using Zonix.Storage.Layers;
using Zonix.Storage.Sql;

namespace Zonix.Storage.Streams;

/// <summary>
/// Takes a stream into a layer that nobody sees yet: the database has it listed as dead, so that it goes if the stream breaks, or
/// the process ends, before all of it is there.
/// </summary>
internal sealed class SnapshotReceiver(Pool pool, RecordReader records, StreamHeader header, long layer, LayerTree? from)
{
    /// <summary>In place of a content's number: it is the one that the inode has had before.</summary>
    public const int SameContent = -1;

    private const int BatchSize = 2000;
    private const uint TypeMask = 0xF000, Regular = 0x8000, Directory = 0x4000;
    private readonly Dictionary<int, Content?> contents = [];
    private readonly List<InodeChange> inodes = [];
    private readonly List<NameChange> names = [];
    private readonly List<(Content Content, byte[] Hash, byte[]? Bytes)> added = [];

    // The content that data records belong to.
    private (int Number, long Length, byte[] Hash)? open;
    private byte[]? openBytes;
    private Content? openFile;

    /// <summary>Bytes that the layer's contents take.</summary>
    public long Stored { get; private set; }

    /// <summary>Takes in all records up to the last one.</summary>
    public void Run()
    {
        while (true)
        {
            RecordKind kind = records.Next(out BinaryReader payload);
            try
            {
                if (kind is not RecordKind.Data)
                    CloseContent();
                switch (kind)
                {
                    case RecordKind.Content:
                        OpenContent(payload);
                        break;
                    case RecordKind.Data:
                        TakeData(payload);
                        break;
                    case RecordKind.Inode:
                        TakeInode(payload);
                        break;
                    case RecordKind.Name:
                        TakeName(payload);
                        break;
                    case RecordKind.End when payload.ReadInt64() == records.Count - 1:
                        Flush();
                        CheckWhole();
                        return;
                    default:
                        throw records.Broken($"a record of kind {kind} does not belong here");
                }
            }
            catch (EndOfStreamException e)
            {
                throw records.Broken($"a record of kind {kind} is too short", e);
            }
            if (inodes.Count + names.Count >= BatchSize)
                Flush();
        }
    }

    /// <summary>Contents that are in no group yet are thrown away.</summary>
    public void Abandon()
    {
        foreach ((Content content, _, _) in added.Where(a => !a.Content.IsSmall))
            pool.Contents.Discard(content);
        if (openFile is not null)
            pool.Contents.Discard(openFile);
    }

    private void OpenContent(BinaryReader from)
    {
        (int number, long length, byte[] hash) = (from.ReadInt32(), from.ReadInt64(), from.ReadBytes(32));
        if (length < 0 || hash.Length != 32 || number <= 0 || contents.ContainsKey(number))
            throw records.Broken("a content says what cannot be");
        open = (number, length, hash);
        if (length <= ContentStore.SmallLimit)
        {
            openBytes = new byte[length];
            return;
        }
        Errno e = pool.Contents.Create(layer, out openFile);
        if (e != 0)
            throw new PoolException($"{pool.Contents.Directory}: a content cannot be made ({e})", e);
        WithFile(openFile!, file => file.Truncate(length));
    }

    private void TakeData(BinaryReader from)
    {
        long offset = from.ReadInt64();
        byte[] bytes = from.ReadBytes((int)(from.BaseStream.Length - from.BaseStream.Position));
        if (open is not { } content || offset < 0 || offset > content.Length - bytes.Length)
            throw records.Broken("bytes lie outside of their content");
        if (openBytes is not null)
        {
            bytes.CopyTo(openBytes, (int)offset);
            return;
        }
        WithFile(openFile!, file =>
        {
            for (int done = 0; done < bytes.Length;)
            {
                long put = file.PWrite(bytes.AsSpan(done), offset + done);
                if (put <= 0)
                    return put < 0 ? (int)-put : (int)Errno.ENOSPC;
                done += (int)put;
            }
            return 0;
        });
    }

    private void CloseContent()
    {
        if (open is not { } done)
            return;
        byte[] hash = [];
        if (openBytes is not null)
            hash = ContentHash.Of(openBytes);
        else
            WithFile(openFile!, file => ContentHash.Of(file, out hash) is var length and < 0 ? (int)-length : 0);
        if (!hash.AsSpan().SequenceEqual(done.Hash))
            throw records.Broken("the bytes of a content do not fit its checksum");
        if (TryUseKnown(done.Number, done.Length, hash))
            return;
        Content content = openFile ?? pool.Contents.CreateSmall(layer, ContentState.Settled, openBytes!);
        content.SetLength(done.Length);
        content.State = header.SharesContents ? ContentState.Shared : ContentState.Settled;
        added.Add((content, hash, openBytes));
        contents.Add(done.Number, content);
        (open, openBytes, openFile) = (null, null, null);
    }

    // An empty one is none; and the pool may have it already, for others to share.
    private bool TryUseKnown(int number, long length, byte[] hash)
    {
        Content? known = length > 0 && header.SharesContents ? pool.FindShared(hash, length) : null;
        if (known is null && length > 0)
            return false;
        contents.Add(number, known);
        if (openFile is not null)
            pool.Contents.Discard(openFile);
        (open, openBytes, openFile) = (null, null, null);
        return true;
    }

    private void TakeInode(BinaryReader r)
    {
        var change = new InodeChange
        {
            Inode = r.ReadUInt64(), Mode = r.ReadUInt32(), Uid = r.ReadUInt32(), Gid = r.ReadUInt32(), Links = r.ReadUInt32(), Flags = r.ReadUInt32(),
            Rdev = r.ReadUInt64(), Size = r.ReadInt64(), AccessNs = r.ReadInt64(), ModifyNs = r.ReadInt64(), ChangeNs = r.ReadInt64(), BirthNs = r.ReadInt64(),
        };
        int number = r.ReadInt32();
        change = change with { Target = ReadBytes(r), Attributes = ReadBytes(r), Content = ContentOf(change.Inode, number) };
        uint type = change.Mode & TypeMask;
        bool isGone = change.Mode == 0 && from is not null;
        if (change.Inode == 0 || change.Size < 0 || change.Links == 0 || !AttributeList.IsValid(change.Attributes) ||
            (!isGone && type is not (Regular or Directory or 0xA000 or 0x2000 or 0x6000 or 0x1000 or 0xC000)) || (change.Content is not null && type != Regular))
            throw records.Broken($"inode {change.Inode} is what cannot be");
        change.Stored = change.Content is null ? 0 : change.Content.IsSmall ? change.Content.Length : BlocksOf(change.Content);
        Stored += change.Stored;
        inodes.Add(change);
    }

    private Content? ContentOf(ulong inode, int number)
    {
        if (number == 0)
            return null;
        if (number != SameContent)
            return contents.TryGetValue(number, out Content? known) ? known : throw records.Broken($"inode {inode} has content {number}, which has not come");
        if (from?.Find(inode) is not { Content: not 0 } before || pool.Contents.Find(before.Content, out Content? content) != 0)
            throw records.Broken($"inode {inode} is to keep its content, and has none");
        return content;
    }

    private void TakeName(BinaryReader r)
    {
        (ulong parent, ulong inode, byte[] name) = (r.ReadUInt64(), r.ReadUInt64(), ReadBytes(r) ?? []);
        if (parent == 0 || name.Length is 0 or > 255 || name.AsSpan().IndexOfAny((byte)'/', (byte)0) >= 0 || name is [(byte)'.'] or [(byte)'.', (byte)'.'] ||
            (inode == 0 && from is null))
            throw records.Broken("a name is what cannot be");
        names.Add(new NameChange(parent, name, inode, inode == 0));
    }

    private byte[]? ReadBytes(BinaryReader r)
    {
        int length = r.ReadInt32();
        if (length is < 0 or > RecordWriter.MaxLength)
            throw records.Broken("a value has a length that cannot be");
        byte[] bytes = r.ReadBytes(length);
        return bytes.Length < length ? throw new EndOfStreamException() : length == 0 ? null : bytes;
    }

    private void Flush()
    {
        pool.WriteReceived(layer, added, inodes, names);
        inodes.Clear();
        names.Clear();
        added.Clear();
    }

    // Every name of a full stream leads somewhere, and there is a root.
    private void CheckWhole()
    {
        if (from is null && pool.FindDangling(layer) is { } wrong)
            throw records.Broken(wrong);
    }

    private long BlocksOf(Content content)
    {
        long bytes = 0;
        WithFile(content, file =>
        {
            int e = file.Stat(out HostStat stat);
            bytes = (long)stat.Blocks * 512;
            return e;
        });
        return bytes;
    }

    private void WithFile(Content content, Func<HostFile, int> use)
    {
        Errno e = content.Acquire(out HostFile? file);
        if (e == 0)
        {
            using (file)
                e = (Errno)use(file!);
        }
        if (e != 0)
            throw new PoolException($"{pool.Contents.FileOf(content.Id)}: a content cannot be written ({e})", e);
    }
}
