namespace Zonix.Kernel.Vfs;

/// <summary>The remembered children of a directory. Readers take no lock; writers hold the directory's gate.</summary>
internal sealed class DentryTable
{
    private Node?[] buckets = new Node?[4];
    private int count;

    public bool IsEmpty => count == 0;

    public Dentry? Find(ReadOnlySpan<byte> name)
    {
        uint hash = Hash(name);
        Node?[] table = Volatile.Read(ref buckets);
        for (Node? n = Volatile.Read(ref table[hash & (uint)(table.Length - 1)]); n is not null; n = Volatile.Read(ref n.Next))
        {
            if (n.Hash == hash && n.Dentry.Name.SequenceEqual(name))
                return n.Dentry;
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
            // The removed node keeps its successor: a reader that stands on it goes on.
            Volatile.Write(ref link, link.Next);
            count--;
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

    // New nodes: readers may still be walking the old ones.
    private void Grow()
    {
        var table = new Node?[buckets.Length * 4];
        foreach (Node? head in buckets)
        {
            for (Node? n = head; n is not null; n = n.Next)
                Insert(table, n.Hash, n.Dentry);
        }
        Volatile.Write(ref buckets, table);
    }

    private sealed class Node(Dentry dentry, uint hash)
    {
        public readonly Dentry Dentry = dentry;
        public readonly uint Hash = hash;
        public Node? Next;
    }
}
