using Zonix.Abi;
using Zonix.Host.Files;
using Zonix.Storage.Contents;
using Zonix.Storage.Groups;
using Zonix.Storage.Layers;
using Zonix.Storage.Sql;

namespace Zonix.Storage;

/// <content>Transaction groups: how changes get from open file systems into the database.</content>
public sealed partial class Pool
{
    /// <summary>
    /// Has a dataset's changes written to the disk, and tells when it is done; the bytes of <paramref name="content"/>, or of
    /// <paramref name="everything"/>, with them. By the dataset's properties nothing may have to be done.
    /// </summary>
    public void RequestSync(Dataset dataset, Content? content, bool everything, Action<PoolException?> done)
    {
        if (dataset.Properties.Sync == SyncMode.Disabled)
            done(null);
        else
            groups.Add(new GroupRequest(dataset, true, content, everything, done));
    }

    /// <summary>Has a dataset's changes written to the database soon, so that they need no memory, and tells when it is done.</summary>
    public void RequestFlush(Dataset dataset, Action<PoolException?> done) => groups.Add(new GroupRequest(dataset, false, null, false, done));

    /// <summary>Has everything that is in memory written to the disk, and waits for it. sync(2).</summary>
    public void Sync() => Wait(done => groups.Add(new GroupRequest(null, true, null, true, done)));

    /// <summary>The same for one dataset, whatever its properties say.</summary>
    public void Sync(Dataset dataset) => Wait(done => groups.Add(new GroupRequest(dataset, true, null, true, done)));

    /// <summary>Has a dataset's changes written to the database, so that they need no memory, and waits for it.</summary>
    public void Flush(Dataset dataset) => Wait(done => RequestFlush(dataset, done));

    /// <summary>Writes all of a dataset that is about to be closed.</summary>
    public void FlushForClose(Dataset dataset)
    {
        lock (Gate)
        {
            if (isClosed || dataset.Changes is null || dataset.IsDestroyed)
                return;
            RunGroup([dataset], CaptureKind.Close, durable: false, settles: false);
            NotePending();
        }
        groups.Wake();
    }

    /// <summary>
    /// A content that has its checksum is to be written to again. True: the database says so now, and it may be changed in place.
    /// False: it belongs to somebody else too, and must be copied.
    /// </summary>
    public bool Reopen(Dataset dataset, Content content)
    {
        if (content.IsSmall)
            return false;
        lock (Gate)
        {
            if (content.Layer != dataset.Top.Id || content.State == ContentState.Shared || !content.IsCommitted)
                return content.State == ContentState.Open && content.Layer == dataset.Top.Id;
            if (content.State == ContentState.Open)
                return true;
            writer.Transact(durable: content.State == ContentState.Settled, () => writer.ReopenContent.Bind(1, content.Id).Run());
            content.Reopenings++;
            content.State = ContentState.Open;
            return true;
        }
    }

    /// <summary>The content with these bytes that everybody may share; null when there is none.</summary>
    internal Content? FindShared(byte[] hash, long length)
    {
        lock (Gate)
        {
            long? id = writer.FindShared.Bind(1, hash).Bind(2, length).Step() ? writer.FindShared.Long(0) : null;
            writer.FindShared.Reset();
            if (id is not { } found)
                return null;
            // One that the group just being written has made cannot be read from the database yet.
            return Contents.Known(found) ?? (Contents.Find(found, out Content? content) == 0 ? content : null);
        }
    }

    internal void RunGroup(List<GroupRequest> requests, bool isDue)
    {
        PoolException? failure = null;
        try
        {
            lock (Gate)
            {
                bool all = isDue || requests.Exists(r => r.Dataset is null);
                bool durable = requests.Exists(r => r.IsDurable), allContents = requests.Exists(r => r.Everything);
                Dataset[] wanted = [.. all ? attached : attached.Where(d => requests.Exists(r => ReferenceEquals(r.Dataset, d)))];
                if (!allContents)
                    SyncContents(requests);
                RunGroup(wanted, isDue ? CaptureKind.Group : CaptureKind.Sync, durable, settles: allContents);
            }
        }
        catch (PoolException e)
        {
            failure = e;
            Options.Log($"{Directory}: a group could not be written: {e.Message}");
        }
        foreach (GroupRequest request in requests)
            request.Done(failure);
    }

    // Under the gate.
    private void RunGroup(Dataset[] wanted, CaptureKind kind, bool durable, bool settles)
    {
        var batches = new List<(Dataset Dataset, ChangeBatch Batch)>();
        foreach (Dataset dataset in wanted)
        {
            if (dataset.Changes is not { HasChanges: true } changes)
                continue;
            ChangeBatch batch = Capture(dataset, changes, kind);
            if (!batch.IsEmpty)
                batches.Add((dataset, batch));
        }
        if (batches.Count == 0 && !durable)
            return;
        Commit(batches, durable, settles, static () => { });
    }

    private static ChangeBatch Capture(Dataset dataset, IDatasetChanges changes, CaptureKind kind)
    {
        var batch = new ChangeBatch { Layer = dataset.Top.Id, NextInode = dataset.NextInode, Kind = kind };
        changes.Capture(batch);
        return batch;
    }

    // Writes batches, and what else belongs to them, in one transaction.
    private void Commit(List<(Dataset Dataset, ChangeBatch Batch)> batches, bool durable, bool syncsContents, Action more)
    {
        var group = new GroupCommit(this);
        try
        {
            foreach ((Dataset dataset, ChangeBatch batch) in batches)
                group.Prepare(dataset, batch);
            if (syncsContents || group.HasSettled)
                Contents.Sync();
            Options.Milestone?.Invoke("prepared");
            writer.Transact(durable, () =>
            {
                foreach ((Dataset dataset, ChangeBatch batch) in batches)
                    group.Write(dataset, batch);
                more();
                Options.Milestone?.Invoke("written");
            });
        }
        catch
        {
            group.Undo();
            foreach ((Dataset dataset, ChangeBatch batch) in batches)
                dataset.Changes?.Failed(batch);
            throw;
        }
        Options.Milestone?.Invoke("committed");
        group.Finish();
        foreach ((Dataset dataset, ChangeBatch batch) in batches)
            dataset.Changes?.Committed(batch);
    }

    private static void SyncContents(List<GroupRequest> requests)
    {
        foreach (Content content in requests.Where(r => r.IsDurable && r.Content is { IsSmall: false }).Select(r => r.Content!).Distinct())
        {
            Errno e = content.Acquire(out HostFile? file);
            if (e == 0)
            {
                using (file)
                    e = (Errno)file!.SyncData();
            }
            if (e != 0)
                throw new PoolException($"content {content.Id} could not be written back ({e})", e);
        }
    }

    private void Wait(Action<Action<PoolException?>> ask)
    {
        if (groups.IsCurrent)
            throw new InvalidOperationException("the pool's own thread cannot wait for itself");
        using var done = new ManualResetEventSlim();
        PoolException? failure = null;
        ask(e =>
        {
            failure = e;
            done.Set();
        });
        done.Wait();
        if (failure is not null)
            throw new PoolException(failure.Message, failure.Error, failure);
    }
}
