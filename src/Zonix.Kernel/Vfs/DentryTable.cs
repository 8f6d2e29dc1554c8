namespace Zonix.Kernel.Vfs;

/// <summary>
/// The remembered children of a directory. Readers take no lock; writers hold the directory's gate. A child that has not been
/// asked for in a long time is let go: it stays to be found as long as somebody else keeps it (an open description, a working
/// directory, its own children), so that one name never has two dentries.
/// </summary>
internal sealed class DentryTable
{
    private const int FirstSweep = 64;
    private Node?[] buckets = new Node?[4];
    private int count, letGo, nextSweep = FirstSweep;

    public bool IsEmpty => count == 0;

    public Dentry? Find(ReadOnlySpan<byte> name)
    {
        uint hash = Hash(name);
        Node?[] table = Volatile.Read(ref buckets);
        for (Node? n = Volatile.Read(ref table[hash & (uint)(table.Length - 1)]); n is not null; n = Volatile.Read(ref n.Next))
        {
            if (n.Hash == hash && n.Dentry is { } found && found.Name.SequenceEqual(name))
                return found;
        }
        return null;
    }

    public void Add(Dentry dentry)
    {
        if (count >= buckets.Length * 2)
            Grow();
        Insert(buckets, Hash(dentry.Name), dentry);
        count++;
    }

    public void Remove(Dentry dentry)
    {
        uint hash = Hash(dentry.Name);
        ref Node? link = ref buckets[hash & (uint)(buckets.Length - 1)];
        for (; link is not null; link = ref link.Next)
        {
            if (!ReferenceEquals(link.Dentry, dentry))
                continue;
            Unlink(ref link);
            return;
        }
    }

    /// <summary>Lets a child go: whoever has it keeps it findable, and else it is collected.</summary>
    public void LetGo(Dentry dentry)
    {
        uint hash = Hash(dentry.Name);
        for (Node? n = buckets[hash & (uint)(buckets.Length - 1)]; n is not null; n = n.Next)
        {
            if (!ReferenceEquals(n.Dentry, dentry))
                continue;
            n.LetGo();
            if (++letGo >= nextSweep)
                Sweep();
            return;
        }
    }

    private static void Insert(Node?[] table, uint hash, Dentry dentry)
    {
        ref Node? head = ref table[hash & (uint)(table.Length - 1)];
        Volatile.Write(ref head, new Node(dentry, hash) { Next = head });
    }

    private static uint Hash(ReadOnlySpan<byte> name)
    {
        ulong h = 0xcbf29ce484222325;
        foreach (byte b in name)
            h = (h ^ b) * 0x100000001b3;
        return (uint)(h ^ (h >> 32));
    }

    // The removed node keeps its successor: a reader that stands on it goes on.
    private void Unlink(ref Node? link)
    {
        Volatile.Write(ref link, link!.Next);
        count--;
    }

    // Places of children that are gone. The next turn comes when as many again have been let go as were left now.
    private void Sweep()
    {
        int left = 0;
        for (int i = 0; i < buckets.Length; i++)
        {
            ref Node? link = ref buckets[i];
            while (link is not null)
            {
                if (link.Dentry is null)
                {
                    Unlink(ref link);
                    continue;
                }
                if (link.IsLetGo)
                    left++;
                link = ref link.Next;
            }
        }
        letGo = left;
        nextSweep = Math.Max(FirstSweep, left * 2);
    }

    // New nodes: readers may still be walking the old ones.
    private void Grow()
    {
        Sweep();
        if (count < buckets.Length * 2)
            return;
        var table = new Node?[buckets.Length * 4];
        foreach (Node? head in buckets)
        {
            for (Node? n = head; n is not null; n = n.Next)
            {
                ref Node? first = ref table[n.Hash & (uint)(table.Length - 1)];
                first = n.Copy(first);
            }
        }
        Volatile.Write(ref buckets, table);
    }

    /// <summary>A place in a chain; it holds its dentry, or only remembers it.</summary>
    private sealed class Node
    {
        public readonly uint Hash;
        public Node? Next;
        private object held;

        public Node(Dentry dentry, uint hash)
            : this((object)dentry, hash)
        {
        }

        private Node(object held, uint hash)
        {
            this.held = held;
            Hash = hash;
        }

        /// <summary>Null: it was let go and nobody has it any more.</summary>
        public Dentry? Dentry =>
            Volatile.Read(ref held) is var seen && seen is Dentry dentry ? dentry
            : ((WeakReference<Dentry>)seen).TryGetTarget(out Dentry? left) ? left : null;

        public bool IsLetGo => held is not Vfs.Dentry;

        public void LetGo()
        {
            if (held is Dentry dentry)
                Volatile.Write(ref held, new WeakReference<Dentry>(dentry));
        }

        public Node Copy(Node? next) => new(held, Hash) { Next = next };
    }
}
