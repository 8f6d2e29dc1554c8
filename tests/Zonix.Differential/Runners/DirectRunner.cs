using Microsoft.Win32.SafeHandles;
using Zonix.Host.Memory;
using Zonix.Machine;

namespace Zonix.Differential;

/// <summary>Runs cases on the software CPU itself, without any kernel: only the translator and its fault handling are tested.</summary>
public sealed unsafe class DirectRunner : IRunner
{
    private const int SIGILL = 4, SIGTRAP = 5, SIGBUS = 7, SIGFPE = 8, SIGSEGV = 11, SIGALRM = 14;
    private const int SI_KERNEL = 0x80;

    private readonly CodeCache _cache = new();
    private readonly MemoryWindow _window;
    private readonly Processor _processor;
    private readonly CpuContext _context;
    private readonly MemorySection _memory = new("memory", Layout.MemorySize);
    private readonly MemorySection _code = new("code", Layout.CodeSize);
    private readonly SafeFileHandle _memoryFile;
    private readonly SafeFileHandle _codeFile;
    private readonly byte[] _image = new byte[CpuContext.ExtendedStateSize];
    private readonly byte[] _after = new byte[Layout.MemorySize];
    private readonly Thread? _kicker;
    private readonly Timer _watch;
    private volatile bool _stop;
    private volatile bool _expired;

    /// <param name="kind">The window that the cases run in.</param>
    /// <param name="kicks">Pre-empt the processor all the time; nothing may change by that.</param>
    public DirectRunner(WindowKind kind, bool kicks = false)
    {
        Name = $"machine, {kind.ToString().ToLowerInvariant()} window{(kicks ? ", pre-empted" : "")}";
        _window = new MemoryWindow(_cache, kind);
        _processor = new Processor(_cache);
        _context = new CpuContext(_window);
        _memoryFile = new SafeFileHandle(_memory.Descriptor, ownsHandle: false);
        _codeFile = new SafeFileHandle(_code.Descriptor, ownsHandle: false);
        ulong offset = 0;
        foreach ((ulong start, int size) in Layout.Areas)
        {
            MemoryProtection protection = start == Layout.ReadOnly ? MemoryProtection.Read : MemoryProtection.Read | MemoryProtection.Write;
            Check(_window.MapSection(start, (ulong)size, _memory, offset, protection));
            offset += (ulong)size;
        }

        Check(_window.MapSection(Layout.CodeBase, Layout.CodeSize, _code, 0, MemoryProtection.Read | MemoryProtection.Write | MemoryProtection.Execute));
        _watch = new Timer(_ =>
        {
            _expired = true;
            _processor.Kick();
        });
        if (kicks)
        {
            _kicker = new Thread(KickAllTheTime) { IsBackground = true };
            _kicker.Start();
        }
    }

    public string Name { get; }

    public bool HasSignalDetails => false;

    public bool HasFaultFlags => _window.Kind != WindowKind.Large;

    /// <summary>Called before each case, to find the one that takes the whole process with it.</summary>
    public Action<TestCase>? Trace { get; init; }

    public BatchResult Run(Batch batch)
    {
        RandomAccess.Write(_memoryFile, batch.Memory, 0);
        RandomAccess.Write(_codeFile, batch.BuildCode(), 0);
        _window.InvalidateCode(Layout.CodeBase, Layout.CodeSize);
        var result = new BatchResult(batch.Cases.Count);
        int writable = Layout.WritablePages * Layout.PageSize;
        if (batch.WantsMemory)
            result.Memory = new byte[batch.Cases.Count * writable];
        _expired = false;
        _watch.Change(batch.LimitMs, 20);
        for (int i = 0; i < result.States.Length; i++)
        {
            Move(batch.Memory, isIn: false);
            Trace?.Invoke(batch.Cases[i]);
            RunCase(batch.Cases[i], ref result.States[i]);
            Move(_after, isIn: true);
            HashPages(ref result.States[i]);
            if (batch.WantsMemory)
                _after.AsSpan(0, writable).CopyTo(result.Memory.AsSpan(i * writable));
        }

        _watch.Change(Timeout.Infinite, Timeout.Infinite);
        return result;
    }

    public void Dispose()
    {
        _stop = true;
        _kicker?.Join();
        _watch.Dispose();
        _processor.Dispose();
        _context.Dispose();
        _window.Dispose();
        _memory.Dispose();
        _code.Dispose();
        _cache.Dispose();
    }

    private static void Check(int error)
    {
        if (error != 0)
            throw new InvalidOperationException($"cannot map the test's memory: errno {error}");
    }

    private void Move(byte[] image, bool isIn)
    {
        int offset = 0;
        foreach ((ulong start, int size) in Layout.Areas)
        {
            Span<byte> part = image.AsSpan(offset, size);
            offset += size;
            if (start == Layout.ReadOnly)
                continue;
            nuint done = isIn ? _window.CopyIn(start, part) : _window.CopyOut(start, part);
            if (done != (nuint)size)
                throw new InvalidOperationException("cannot copy the test's memory");
        }
    }

    private void RunCase(TestCase test, ref MachineState after)
    {
        if (_window.IsI386)
            SegmentLoads.Reset(_context);
        StateImage.Load(test.Initial, _context, _image);
        GuestExit exit;
        try
        {
            do
                exit = _processor.Run(_context);
            while (exit.Kind == ExitKind.Preempted && !_expired);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            throw new RunnerFailedException($"{Name}: seed {test.Seed} slot {test.Slot}: {failure}", failure);
        }

        StateImage.Store(_context, _image, ref after);
        switch (exit.Kind)
        {
            case ExitKind.PageFault:
                bool isMapped = Layout.IsMapped(exit.Address);
                after.Signal = exit.BusError ? SIGBUS : SIGSEGV;
                after.Code = isMapped ? 2 : 1;
                after.Address = exit.Address;
                after.Trap = 14;
                after.Error = 4 | (isMapped ? 1u : 0) | (exit.Access == FaultAccess.Write ? 2u : 0) | (exit.Access == FaultAccess.Execute ? 16u : 0);
                break;
            case ExitKind.Exception:
                after.Trap = (uint)exit.Vector;
                after.Error = exit.ErrorCode;
                (after.Signal, after.Code, after.Address) = exit.Vector switch
                {
                    0 => (SIGFPE, 1, after.Rip),
                    3 => (SIGTRAP, SI_KERNEL, 0UL),
                    6 => (SIGILL, 2, after.Rip),
                    12 => (SIGBUS, SI_KERNEL, 0UL),
                    16 or 19 => (SIGFPE, 0, after.Rip),
                    17 => (SIGBUS, 1, 0UL),
                    _ => (SIGSEGV, SI_KERNEL, 0UL),
                };
                break;
            case ExitKind.Preempted:
                after.Signal = SIGALRM;
                break;
            default:
                // The generator makes no calls.
                after.Signal = -(int)exit.Kind;
                break;
        }
    }

    private void HashPages(ref MachineState after)
    {
        fixed (byte* memory = _after)
        {
            for (int i = 0; i < Layout.WritablePages; i++)
                after.Pages[i] = Hash((ulong*)(memory + (i * Layout.PageSize)));
        }
    }

    /// <summary>The same function is in executor.c.</summary>
    private static ulong Hash(ulong* page)
    {
        ulong a = 1, b = 2, c = 3, d = 4;
        const ulong Factor = 0x9E3779B97F4A7C15;
        for (int i = 0; i < Layout.PageSize / 8; i += 4)
        {
            a = (a ^ page[i]) * Factor;
            b = (b ^ page[i + 1]) * Factor;
            c = (c ^ page[i + 2]) * Factor;
            d = (d ^ page[i + 3]) * Factor;
        }

        ulong result = 0;
        foreach (ulong lane in (ReadOnlySpan<ulong>)[a, b, c, d])
            result = (result ^ lane ^ (lane >> 29)) * 0xBF58476D1CE4E5B9;
        return result;
    }

    private void KickAllTheTime()
    {
        var random = new Randomness(1);
        while (!_stop)
        {
            Thread.SpinWait(random.Below(2000));
            _processor.Kick();
        }
    }
}
