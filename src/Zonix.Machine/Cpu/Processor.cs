using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zonix.Host.Signals;

namespace Zonix.Machine;

/// <summary>
/// The software CPU of one host thread. <see cref="Run"/> executes guest code until the kernel is needed; only
/// <see cref="Kick"/> may be called from other threads.
/// </summary>
public sealed unsafe partial class Processor : IDisposable
{
    // CF PF AF ZF SF DF OF AC ID: what user mode may change.
    private const ulong UserFlags = 0x240CD5;
    private const ulong FixedFlags = 0x202;

    private readonly CodeCache _cache;
    private readonly ProcessStubs _stubs = ProcessStubs.Shared;
    private readonly int _thread = HostSignals.CurrentThread;
    private readonly nint _signalStack;

    // Pinned, and alive as long as anybody can kick: a kick may come when the processor has just gone.
    private readonly int[] _kickCell = GC.AllocateArray<int>(16, pinned: true);
    private readonly int* _kick;
    private readonly bool _hasFsGsBase = HostSignals.HasFsGsBase;
    private readonly GuestCpuid _cpuid = new();
    private nint _gsBase;
    private bool _fpuIsDirty;
    private volatile MemoryWindow? _window;
    private volatile CodeSpace? _space;
    private volatile int _passage;
    private bool _disposed;

    /// <summary>Makes the calling thread a processor.</summary>
    public Processor(CodeCache cache)
    {
        _cache = cache;
        _signalStack = HostSignals.EnterAlternateStack();
        _kick = (int*)Unsafe.AsPointer(ref _kickCell[0]);
        _handle = GCHandle.Alloc(this);
        cache.Attach(this);
    }

    /// <summary>The CPU number that guests see (getcpu, rdtscp).</summary>
    public int Index { get; set; }

    /// <summary>Whether this processor may be inside translated code.</summary>
    public bool IsInGuest => IsInside(_passage);

    /// <summary>Changes whenever the processor enters or leaves translated code.</summary>
    internal int Passage => _passage;

    /// <summary>The window whose code runs, when the processor is in guest code.</summary>
    internal MemoryWindow? Window => _window;

    /// <summary>The space that it runs in.</summary>
    internal CodeSpace? Space => _space;

    /// <summary>Whether the value of <see cref="Passage"/> is that of a processor inside.</summary>
    internal static bool IsInside(int passage) => (passage & 1) != 0;

    /// <summary>Makes <see cref="Run"/> come back soon with <see cref="ExitKind.Preempted"/>, now or the next time it is called.</summary>
    public void Kick()
    {
        Volatile.Write(ref *_kick, 1);
        HostSignals.Send(_thread, HostSignals.Preempt);
    }

    /// <summary>Runs guest code from <c>Registers.Rip</c> until the kernel is needed.</summary>
    /// <param name="context">The registers of the guest thread.</param>
    /// <param name="calls">Answers system calls; null to return at each of them.</param>
    public GuestExit Run(CpuContext context, IGuestCalls? calls = null)
    {
        CpuState* state = context.State;
        MemoryWindow window = context.Window;
        Bind(state);
        BindCalls(state, calls);
        CodeSpace space = Bind(state, window);
        nint host = 0;
        while (true)
        {
            if (!TryAnnounce(window, space, state->Registers.Rip, ref host))
            {
                // The window has gone to another space, or the table does not know the way.
                if (window.Code != space)
                {
                    space = Bind(state, window);
                    host = 0;
                }
                else if (host == 0 && (host = space.Resume(window, state->Registers.Rip)) == 0 && window.Code == space)
                {
                    return FetchFault(context);
                }

                continue;
            }

            state->HostWindow = state->WindowBase;
            ExitReason reason = Enter(space, state, host, _kick, 0);
            host = 0;
            while (reason == ExitReason.Fault && NeedsStep(context))
                reason = Step(context);
            // While a processor is in guest code the cache is not flushed: what names code must be read before it leaves.
            int generation = _cache.Generation;
            if (reason == ExitReason.Link)
                state->Registers.Rip = _cache.Link(state->Link).Target;
            Leave();
            if (reason == ExitReason.Fault && !HandleFault(context, out reason, out host, out GuestExit exit))
                return exit;

            switch (reason)
            {
                case ExitReason.None:
                    break;
                case ExitReason.Link:
                    host = space.FollowLink(window, state->Link, generation, state->Registers.Rip);
                    // The table may know the address as one to return to, where code only asks for it again.
                    if (host == 0 && window.Code == space)
                        return FetchFault(context);
                    break;
                case ExitReason.Miss:
                    if (window.Kind == WindowKind.Large)
                        state->Registers.Rip = state->Scratch;
                    host = space.FindOrTranslate(window, state->Registers.Rip);
                    break;
                case ExitReason.Syscall:
                    state->Registers.Rcx = state->Registers.Rip;
                    state->Registers.R11 = state->Registers.Rflags;
                    return new GuestExit { Kind = ExitKind.Syscall };
                case ExitReason.Interrupt80:
                    return new GuestExit { Kind = ExitKind.Interrupt80 };
                case ExitReason.Sysenter:
                    return new GuestExit { Kind = ExitKind.Sysenter };
                case ExitReason.Cpuid:
                    _cpuid.Execute(ref state->Registers, Index);
                    break;
                case ExitReason.Exception:
                    return new GuestExit { Kind = ExitKind.Exception, Vector = state->Link & 0xFF, ErrorCode = (uint)state->Link >> 8 };
                case ExitReason.Emulate:
                    if (!InstructionEmulator.TryExecute(context, out GuestExit fault))
                        return fault;
                    break;
                case ExitReason.Preempted:
                    Volatile.Write(ref *_kick, 0);
                    return new GuestExit { Kind = ExitKind.Preempted };
                case ExitReason.Answered:
                    return new GuestExit { Kind = ExitKind.Answered };
                default:
                    throw new InvalidOperationException($"unknown exit {reason}");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _cache.Detach(this);
        _handle.Free();
        HostSignals.ReleaseAlternateStack(_signalStack);
    }

    private void Bind(CpuState* state)
    {
        state->CpuNumber = (uint)Index;
        if (_gsBase == state->WindowBase)
            return;
        _gsBase = state->WindowBase;
        if (_hasFsGsBase)
            _stubs.WriteGsBase(_gsBase);
        else
            HostSignals.SetGsBase(_gsBase);
    }

    private CodeSpace Bind(CpuState* state, MemoryWindow window)
    {
        CodeSpace space = window.Code ?? window.EnterCode();
        state->TableBase = space.TableBase;
        if (_window != window)
            _window = window;
        if (_space != space)
            _space = space;
        return space;
    }

    /// <summary>
    /// Announces the processor in guest code, unless it may not go there any more, and finds the way if it is not known and
    /// the table has it.
    /// </summary>
    private bool TryAnnounce(MemoryWindow window, CodeSpace space, ulong rip, ref nint host)
    {
        int entered = _passage + 1;
        _passage = entered;
        if (window.Code == space && !_cache.IsClosed)
        {
            if (host != 0 || (window.Kind != WindowKind.Large && (host = space.Lookup(rip)) != 0))
                return true;
            _passage = entered + 1;
            return false;
        }

        _passage = entered + 1;
        if (_cache.IsClosed)
        {
            // What was found before the cache was emptied is no code any more.
            host = 0;
            lock (_cache.Lock)
                return false;
        }

        return false;
    }

    private void Leave() => _passage++;

    private ExitReason Enter(CodeSpace space, CpuState* state, nint host, int* kick, ulong extraFlags)
    {
        // Whoever has used x87 here must not leave its state to the next one.
        bool usesFpu = space.UsesFpu;
        state->UsesFpu = usesFpu || _fpuIsDirty ? 1 : 0;
        _fpuIsDirty = usesFpu;
        ExitReason reason = Enter(state, host, kick, extraFlags);
        // Another processor may have translated the first x87 code of the space meanwhile, and this one come across it.
        if (state->UsesFpu == 0 && space.UsesFpu)
            _stubs.SaveFpu(state);
        return reason;
    }

    private ExitReason Enter(CpuState* state, nint host, int* kick, ulong extraFlags)
    {
        state->EntryTarget = host;
        state->Registers.Rflags = (state->Registers.Rflags & UserFlags) | FixedFlags | extraFlags;
        var reason = (ExitReason)_stubs.Enter(state, kick);
        state->Registers.Rflags &= UserFlags | FixedFlags;
        return reason;
    }

    /// <summary>The instruction at Rip cannot be fetched.</summary>
    private static GuestExit FetchFault(CpuContext context)
    {
        const int LongestInstruction = 15;
        ulong rip = context.State->Registers.Rip;
        byte* code = stackalloc byte[LongestInstruction];
        if (context.Window.IsExecutable(rip, out _) && context.Window.IsExecutable(rip + LongestInstruction - 1, out _) &&
            context.Window.CopyInUnresolved(rip, code, LongestInstruction) == LongestInstruction)
        {
            // Another thread has brought it in meanwhile.
            return new GuestExit { Kind = ExitKind.Preempted };
        }

        byte probe;
        bool here = context.Window.IsExecutable(rip, out _) && context.Window.CopyInUnresolved(rip, &probe, 1) == 1;
        // An instruction that runs on into a page that is not there faults on that page.
        ulong address = here ? (rip | 4095) + 1 : rip;
        // Where the mapping allows it and the host refuses, the page lies beyond the end of its file.
        bool beyond = context.Window.IsExecutable(address, out _) && context.Window.CopyInUnresolved(address, &probe, 1) == 0;
        return new GuestExit { Kind = ExitKind.PageFault, Address = address, Access = FaultAccess.Execute, ErrorCode = 0x14, BusError = beyond };
    }
}
