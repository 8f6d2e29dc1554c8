using Zonix.Host.Memory;

namespace Zonix.Machine;

/// <summary>
/// The translated code of one machine. Code is only ever added; when the cache is full, every processor leaves guest code
/// and all of it is dropped at once.
/// </summary>
/// <remarks>Lock order: a window's lock, then this cache's. Translation holds the cache's lock.</remarks>
public sealed unsafe partial class CodeCache : IDisposable
{
    private const nuint DefaultSize = 256 << 20;
    private const int Slack = 64 * 1024;
    private const int LinkSlack = 512;

    /// <summary>Bytes of the stub of an exit.</summary>
    internal const int StubSize = 18;

    private readonly List<Processor> _processors = [];

    // Read without the lock by processors that are in guest code: an array is filled before it is published, and a block is
    // published before it can be entered.
    private volatile Block[] _blocks = new Block[1024];
    private volatile int _blockCount;
    private volatile LinkInfo[] _links = new LinkInfo[1024];
    private int _linkCount;
    private readonly nint _start;
    private readonly nuint _size;
    private readonly nint _coldStart;
    private nint _next;
    private bool _disposed;

    /// <summary>Takes a chunk of the process's code area.</summary>
    public CodeCache()
        : this(DefaultSize)
    {
    }

    /// <summary>Takes a chunk of the given size, in bytes.</summary>
    public CodeCache(nuint size)
    {
        _ = ProcessStubs.Shared;
        _size = size;
        _start = CodeArea.Shared.Take(size);
        _next = _start;
        _coldStart = _start + (nint)(size / 4 * 3);
        Library = new CodeLibrary(this);
        Translator = new BlockTranslator(this);
    }

    /// <summary>What the translator has done so far.</summary>
    public TranslationStatistics Statistics
    {
        get
        {
            lock (Lock)
            {
                return new TranslationStatistics(
                    Counters.Blocks, Counters.Instructions, Counters.GuestBytes, Counters.HostBytes, Counters.Links, Counters.Misses,
                    Counters.Invalidations, Counters.Flushes, TimeSpan.FromTicks(Counters.TranslationTicks).TotalMilliseconds,
                    Counters.Fills, Library.UnitCount, Counters.UnitHits, Library.SpaceCount, Library.IdleCount, Counters.SpaceHits,
                    Counters.SpaceReleases);
            }
        }
    }

    /// <summary>How many spaces are kept without windows.</summary>
    public int MaxIdleSpaces
    {
        get => Library.IdleSpaces;
        init => Library.IdleSpaces = value;
    }

    /// <summary>Guards blocks, links, units, spaces and their tables.</summary>
    internal Lock Lock { get; } = new();

    internal TranslationCounters Counters { get; } = new();

    /// <summary>Units and spaces.</summary>
    internal CodeLibrary Library { get; }

    internal BlockTranslator Translator { get; }

    /// <summary>Incremented by every flush; host addresses of an older generation mean nothing.</summary>
    internal int Generation { get; private set; }

    internal nint Next => _next;

    /// <summary>Whether there may be no room for one more block. Code takes three quarters, the stubs of exits one.</summary>
    internal bool IsFull => _next + Slack > _coldStart || StubAddress(_linkCount + LinkSlack) > _start + (nint)_size;

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (Lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            Library.Dispose();
            CodeArea.Shared.Return(_start, _size);
        }
    }

    internal void Attach(Processor processor)
    {
        lock (Lock)
            _processors.Add(processor);
    }

    internal void Detach(Processor processor)
    {
        lock (Lock)
            _processors.Remove(processor);
    }

    internal ref LinkInfo Link(int index) => ref _links[index];

    /// <summary>Where the stub of a link lies: apart from the blocks, as it is run once.</summary>
    internal nint StubAddress(int link) => _coldStart + (link * StubSize);

    /// <summary>The link whose stub holds an address; -1 if it is no stub.</summary>
    internal int FindStub(nint host) => host >= _coldStart && host < _start + (nint)_size ? (int)((host - _coldStart) / StubSize) : -1;

    internal int AddLink(in LinkInfo link)
    {
        if (_linkCount == _links.Length)
        {
            var larger = new LinkInfo[_links.Length * 2];
            _links.CopyTo(larger, 0);
            _links = larger;
        }

        _links[_linkCount] = link;
        return _linkCount++;
    }

    /// <summary>Adds a finished block. Blocks are in ascending order of host addresses.</summary>
    internal void Add(Block block)
    {
        if (_blockCount == _blocks.Length)
        {
            var larger = new Block[_blocks.Length * 2];
            _blocks.CopyTo(larger, 0);
            _blocks = larger;
        }

        _blocks[_blockCount] = block;
        _blockCount++;
        CodeArea.Consolidate(_next, block.HostEnd);
        _next = (block.HostEnd + 15) & ~15;
    }

    /// <summary>The block whose host code holds an address.</summary>
    internal Block? FindByHost(nint host)
    {
        int low = 0, high = _blockCount - 1;
        Block[] blocks = _blocks;
        while (low < high)
        {
            int middle = (low + high + 1) >> 1;
            if (blocks[middle].Start <= host)
                low = middle;
            else
                high = middle - 1;
        }

        return high >= 0 && host >= blocks[low].Start && host < blocks[low].HostEnd ? blocks[low] : null;
    }

    /// <summary>
    /// Drops everything. The caller holds the lock and is not in guest code; every other processor is made to leave it, and
    /// kept out.
    /// </summary>
    internal void Flush()
    {
        IsClosed = true;

        // Also those outside: what they found before must not be entered afterwards. A kick makes them forget it.
        foreach (Processor processor in _processors)
            processor.Kick();
        Stop(null);
        Generation++;
        Counters.Flushes++;
        _blockCount = 0;
        Array.Clear(_blocks);
        _linkCount = 0;
        Array.Clear(_links);
        Library.Clear();
        CodeArea.Shared.Discard(_start, _size);
        _next = _start;
        IsClosed = false;
    }
}
