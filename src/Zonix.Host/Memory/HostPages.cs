namespace Zonix.Host.Memory;

/// <summary>What the host knows of single pages of this process. proc(5), /proc/[pid]/pagemap.</summary>
public sealed unsafe class HostPages
{
    private const ulong IsPresent = 1UL << 63;
    private const ulong IsSwapped = 1UL << 62;
    private const ulong IsOfFile = 1UL << 61;
    private const ulong IsExclusive = 1UL << 56;
    private const int Chunk = 512;

    private static readonly Lazy<HostPages> s_shared = new(() => new HostPages());

    private readonly int _pagemap = LinuxMemory.open("/proc/self/pagemap", LinuxMemory.O_CLOEXEC);

    private HostPages()
    {
    }

    /// <summary>
    /// What is behind a range: pages that are mapped, those of them that this mapping has copied or that belong to no file, and
    /// those that nobody else maps.
    /// </summary>
    /// <param name="from">The first page.</param>
    /// <param name="end">Behind the last one.</param>
    /// <param name="observer">Told of each page that is mapped; null: nobody.</param>
    /// <returns>Numbers of pages; all 0 where the host does not tell.</returns>
    public PageCounts Count(nint from, nint end, Action<nint, bool>? observer = null)
    {
        var counts = default(PageCounts);
        if (_pagemap < 0)
            return counts;
        ulong* entries = stackalloc ulong[Chunk];
        while (from < end)
        {
            int count = (int)Math.Min(Chunk, (end - from) / HostMemory.PageSize);
            if (LinuxMemory.pread(_pagemap, entries, (nuint)count * sizeof(ulong), from / HostMemory.PageSize * sizeof(ulong)) != count * sizeof(ulong))
                break;
            for (int i = 0; i < count; i++, from += HostMemory.PageSize)
            {
                ulong entry = entries[i];
                if ((entry & (IsPresent | IsSwapped)) == 0)
                    continue;
                bool isCopied = (entry & IsOfFile) == 0;
                counts.Present++;
                counts.Copied += isCopied ? 1 : 0;
                counts.Exclusive += (entry & IsExclusive) != 0 ? 1 : 0;
                observer?.Invoke(from, isCopied);
            }
        }

        return counts;
    }

    /// <summary>The pages of this process.</summary>
    public static HostPages Shared => s_shared.Value;

    /// <summary>
    /// The first run of pages that a private mapping has copied, from an address on. Where the host does not tell, all pages
    /// count as copied.
    /// </summary>
    /// <returns>False when there is none before <paramref name="end"/>.</returns>
    public bool FindCopied(nint from, nint end, out nint start, out nint stop)
    {
        start = stop = end;
        if (_pagemap < 0)
        {
            start = from;
            return from < end;
        }

        ulong* entries = stackalloc ulong[Chunk];
        bool found = false;
        while (from < end)
        {
            int count = (int)Math.Min(Chunk, (end - from) / HostMemory.PageSize);
            if (LinuxMemory.pread(_pagemap, entries, (nuint)count * sizeof(ulong), from / HostMemory.PageSize * sizeof(ulong)) != count * sizeof(ulong))
            {
                if (!found)
                    start = from;
                stop = end;
                return true;
            }

            for (int i = 0; i < count; i++, from += HostMemory.PageSize)
            {
                bool copied = (entries[i] & (IsPresent | IsSwapped)) != 0 && (entries[i] & IsOfFile) == 0;
                if (copied == found)
                    continue;
                if (found)
                {
                    stop = from;
                    return true;
                }

                found = true;
                start = from;
            }
        }

        return found;
    }
}
