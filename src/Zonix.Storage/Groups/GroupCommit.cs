using Zonix.Abi;
using Zonix.Host.Files;
using Zonix.Storage.Contents;
using Zonix.Storage.Layers;
using Zonix.Storage.Sql;

namespace Zonix.Storage.Groups;

/// <summary>One group on its way into the database. Under the pool's gate.</summary>
internal sealed class GroupCommit(Pool pool)
{
    private readonly Writer writer = pool.Writer;
    private readonly List<Content> added = [];
    private readonly List<(Content Content, ContentState State)> settled = [];
    private readonly List<long> replaced = [];
    private readonly List<(Dataset Dataset, long OwnBytes, long ShownBytes, ulong NextInode)> counts = [];

    /// <summary>Whether there are files that have got their checksum.</summary>
    public bool HasSettled => settled.Count > 0;

    /// <summary>Makes checksums, and contents of bytes. Nothing is in the database yet.</summary>
    public void Prepare(Dataset dataset, ChangeBatch batch)
    {
        foreach (InodeChange change in batch.Inodes)
        {
            if (!change.Bytes.IsEmpty)
                change.Hash = ContentHash.Of(change.Bytes.Span);
            else if (change.Settles && change.Content is { IsSmall: false, State: ContentState.Open } content)
                Settle(dataset, change, content);
        }
    }

    /// <summary>Writes a dataset's rows.</summary>
    public void Write(Dataset dataset, ChangeBatch batch)
    {
        Layer top = dataset.Top;
        long own = 0, shown = 0;
        foreach (InodeChange change in batch.Inodes)
        {
            if (change.Replaces != 0)
                replaced.Add(change.Replaces);
            own -= change.StoredBefore.Own;
            shown -= change.StoredBefore.Shown;
            if (change.IsDeleted)
            {
                // A row without a type says that there is no such inode any more.
                if (change.Hides)
                    writer.Put(top.Id, new InodeChange { Inode = change.Inode, Links = 1 });
                else
                    writer.DropInode.Bind(1, top.Id).Bind(2, change.Inode).Run();
                writer.DropNames.Bind(1, top.Id).Bind(2, change.Inode).Run();
                continue;
            }
            WriteContent(dataset, change);
            writer.Put(top.Id, change);
            own += change.Stored;
            shown += change.Stored;
        }
        foreach (NameChange name in batch.Names)
        {
            if (name.Inode != 0 || name.Hides)
                writer.PutName.Bind(1, top.Id).Bind(2, name.Parent).Bind(3, name.Name).Bind(4, name.Inode).Run();
            else
                writer.DropName.Bind(1, top.Id).Bind(2, name.Parent).Bind(3, name.Name).Run();
        }
        counts.Add((dataset, own, shown, batch.NextInode));
        writer.SetLayerBytes.Bind(1, top.Bytes + own).Bind(2, top.Id).Run();
        writer.SetDataset.Bind(1, top.Id).Bind(2, batch.NextInode).Bind(3, dataset.Referenced + shown).Bind(4, dataset.Id).Run();
        DropReplaced();
    }

    /// <summary>The group is committed.</summary>
    public void Finish()
    {
        foreach ((Dataset dataset, long own, long shown, ulong nextInode) in counts)
        {
            dataset.Top.Bytes += own;
            dataset.Referenced += shown;
            dataset.NextInode = nextInode;
            dataset.Recount();
        }
        foreach (Content content in added)
        {
            if (content.IsSmall)
                content.IsCommitted = true;
            else
                pool.Contents.Place(content);
        }
    }

    /// <summary>The group failed: contents are as they were.</summary>
    public void Undo()
    {
        foreach ((Content content, ContentState state) in settled)
            content.State = state;
    }

    private void Settle(Dataset dataset, InodeChange change, Content content)
    {
        Errno e = content.Acquire(out HostFile? file);
        if (e != 0)
            throw new PoolException($"{pool.Contents.FileOf(content.Id)}: cannot be read ({e})", e);
        long length;
        byte[] hash;
        using (file)
            length = ContentHash.Of(file!, out hash);
        if (length < 0)
            throw new PoolException($"{pool.Contents.FileOf(content.Id)}: cannot be read ({(Errno)(-length)})", (Errno)(-length));
        // Asked under the content's own lock: from here on a writer comes by the pool first.
        if (dataset.Changes?.TrySettle(change) != true)
            return;
        change.Hash = hash;
        content.SetLength(length);
        settled.Add((content, content.State));
        content.State = ContentState.Settled;
    }

    private void WriteContent(Dataset dataset, InodeChange change)
    {
        if (!change.Bytes.IsEmpty)
        {
            PutBytes(dataset, change);
            return;
        }
        if (change.Content is not { } content)
        {
            change.Stored = 0;
            return;
        }
        change.Stored = content.IsSmall ? content.Length : content.StoredBytes;
        if (!content.IsCommitted)
        {
            content.Layer = dataset.Top.Id;
            writer.PutContent.Bind(1, content.Id).Bind(2, content.Layer).Bind(3, (long)content.State).Bind(4, content.Length).Bind(5, change.Hash).BindNull(6).Run();
            added.Add(content);
        }
        else if (change.Hash is { } hash)
        {
            writer.SettleContent.Bind(1, (long)content.State).Bind(2, content.Length).Bind(3, hash).Bind(4, content.Id).Run();
        }
        else if (content.State == ContentState.Pending)
        {
            writer.SettleContent.Bind(1, (long)ContentState.Pending).Bind(2, content.Length).BindNull(3).Bind(4, content.Id).Run();
        }
        if (content.State == ContentState.Pending)
            pool.NotePending();
    }

    private void PutBytes(Dataset dataset, InodeChange change)
    {
        bool shares = dataset.Properties.SharesContents;
        if (shares && pool.FindShared(change.Hash!, change.Bytes.Length) is { } known)
        {
            change.Content = known;
        }
        else
        {
            byte[] bytes = change.Bytes.ToArray();
            Content made = pool.Contents.CreateSmall(dataset.Top.Id, shares ? ContentState.Shared : ContentState.Settled, bytes);
            writer.PutContent.Bind(1, made.Id).Bind(2, made.Layer).Bind(3, (long)made.State).Bind(4, made.Length).Bind(5, change.Hash).Bind(6, bytes).Run();
            added.Add(made);
            change.Content = made;
        }
        change.Stored = change.Bytes.Length;
    }

    private void DropReplaced()
    {
        foreach (long id in replaced)
            pool.DropIfUnused(id);
        replaced.Clear();
    }
}
