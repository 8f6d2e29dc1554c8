using System.Runtime.InteropServices;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Sockets;

/// <summary>
/// Files that lie in the queues of a zone's local sockets: how many each user has sent that nobody has taken, and which of them are local
/// sockets that nobody can reach any more, because they lie only in each other's queues. unix(7), ETOOMANYREFS. Any thread.
/// </summary>
/// <remarks>The gate is a leaf, below those of sockets. Closing a socket never closes what lay in its queue in the same breath: chains may be long.</remarks>
public sealed class FilesInFlight
{
    // However privileged: what lies in flight is memory of the machine.
    private const int MostOfZone = 1 << 19, CAP_SYS_ADMIN = 21, CAP_SYS_RESOURCE = 24, Tries = 8;
    private readonly Lock gate = new();
    private readonly Dictionary<uint, int> ofUsers = [];
    private readonly Dictionary<OpenFileDescription, int> sockets = [];
    private readonly Queue<OpenFileDescription> released = new();
    private int total;
    private long changes;
    private bool releases, collects, collectsAgain;

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref total);

    /// <summary>Whether a task may send one more file. ETOOMANYREFS.</summary>
    public Errno Check(KernelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (Volatile.Read(ref total) >= MostOfZone)
            return Errno.ETOOMANYREFS;
        int sent;
        lock (gate)
            sent = ofUsers.GetValueOrDefault(task.Credentials.Uid);
        if ((ulong)sent <= task.Process.Rlimits[RlimitResource.RLIMIT_NOFILE].Soft)
            return 0;
        return task.Credentials.Has(CAP_SYS_RESOURCE) || task.Credentials.Has(CAP_SYS_ADMIN) ? 0 : Errno.ETOOMANYREFS;
    }

    /// <summary>Files are put into a queue, by a user. Under that queue's gate.</summary>
    internal void Add(OpenFileDescription[] files, uint user)
    {
        lock (gate)
        {
            changes++;
            total += files.Length;
            CollectionsMarshal.GetValueRefOrAddDefault(ofUsers, user, out _) += files.Length;
            foreach (OpenFileDescription file in files)
            {
                if (file.File is LocalSocket)
                    CollectionsMarshal.GetValueRefOrAddDefault(sockets, file, out _)++;
            }
        }
    }

    /// <summary>Files are taken out of a queue. Under that queue's gate.</summary>
    internal void Remove(OpenFileDescription[] files, uint user)
    {
        lock (gate)
        {
            changes++;
            total -= files.Length;
            Lower(ofUsers, user, files.Length);
            foreach (OpenFileDescription file in files)
            {
                if (file.File is LocalSocket)
                    Lower(sockets, file, 1);
            }
        }
    }

    /// <summary>Files in a queue were looked at, and somebody else has them too. Under that queue's gate.</summary>
    internal void Looked() => Interlocked.Increment(ref changes);

    /// <summary>Gives files back that nobody took. Their closing may give back more; that is done here, not in the depth of calls. No lock is held.</summary>
    internal void Release(OpenFileDescription[] files)
    {
        lock (gate)
        {
            foreach (OpenFileDescription file in files)
                released.Enqueue(file);
            if (releases)
                return;
            releases = true;
        }
        while (true)
        {
            OpenFileDescription? next;
            lock (gate)
            {
                if (!released.TryDequeue(out next))
                {
                    releases = false;
                    return;
                }
            }
            next.Release();
        }
    }

    /// <summary>A socket has closed: others may lie only in each other's queues now. They are looked for aside; who closes does not wait.</summary>
    internal void Closed()
    {
        if (Volatile.Read(ref total) == 0)
            return;
        lock (gate)
        {
            if (sockets.Count == 0)
                return;
            collectsAgain = true;
            if (collects)
                return;
            collects = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(static me => me.CollectAside(), this, preferLocal: false);
    }

    /// <summary>Closes the sockets that nobody can reach.</summary>
    internal void Collect()
    {
        // What is found is true of one moment only if no file went into a queue or out of one while it was looked for.
        for (int i = 0; i < Tries; i++)
        {
            long before = Volatile.Read(ref changes);
            List<LocalSocket> unreachable = FindUnreachable();
            if (unreachable.Count == 0)
                return;
            if (Volatile.Read(ref changes) != before)
                continue;
            foreach (LocalSocket socket in unreachable)
                socket.DropFiles();
            return;
        }
        lock (gate)
            collectsAgain = true;
    }

    private static void Lower<TKey>(Dictionary<TKey, int> counts, TKey key, int by)
        where TKey : notnull
    {
        ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _);
        count -= by;
        if (count == 0)
            counts.Remove(key);
    }

    private void CollectAside()
    {
        while (true)
        {
            lock (gate)
            {
                if (!collectsAgain)
                {
                    collects = false;
                    return;
                }
                collectsAgain = false;
            }
            Collect();
        }
    }

    // Who has references only from queues, and among those only from queues of such sockets, and from none that can be reached.
    private List<LocalSocket> FindUnreachable()
    {
        Dictionary<OpenFileDescription, int> outer = [];
        lock (gate)
        {
            foreach ((OpenFileDescription file, int inFlight) in sockets)
            {
                if (file.References == inFlight)
                    outer.Add(file, inFlight);
            }
        }
        if (outer.Count == 0)
            return [];
        Dictionary<OpenFileDescription, List<OpenFileDescription>> contents = [];
        foreach (OpenFileDescription file in outer.Keys)
        {
            List<OpenFileDescription> inside = [];
            ((LocalSocket)file.File).ListFiles(inside);
            contents.Add(file, inside);
        }
        foreach (OpenFileDescription one in contents.Values.SelectMany(static inside => inside))
        {
            if (outer.TryGetValue(one, out int left))
                outer[one] = left - 1;
        }
        Stack<OpenFileDescription> reachable = new(outer.Where(static one => one.Value > 0).Select(static one => one.Key));
        HashSet<OpenFileDescription> kept = [.. reachable];
        while (reachable.TryPop(out OpenFileDescription? file))
        {
            foreach (OpenFileDescription one in contents[file])
            {
                if (outer.ContainsKey(one) && kept.Add(one))
                    reachable.Push(one);
            }
        }
        return [.. outer.Keys.Where(one => !kept.Contains(one)).Select(static one => (LocalSocket)one.File)];
    }
}
