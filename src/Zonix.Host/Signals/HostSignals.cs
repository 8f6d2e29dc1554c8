using System.Runtime.InteropServices;
using Zonix.Host.Memory;
using static Zonix.Host.Signals.LinuxSignals;

namespace Zonix.Host.Signals;

/// <summary>Signals of the host: the handlers that repair faults of translated code, and the signal that pre-empts it.</summary>
public static unsafe class HostSignals
{
    /// <summary>The signal by which one thread makes another leave translated code. .NET uses the first real-time signals.</summary>
    public const int Preempt = 62;

    // The signal by which .NET suspends a thread for garbage collection (SIGRTMIN). Its handler waits for the end of the
    // collection on the stack it interrupted; the small alternate stacks of .NET's own threads overflow under it.
    private const int Activation = 34;

    private const nuint AlternateStackSize = 128 * 1024;

    /// <summary>The signals that a fault or trap of the CPU raises: SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV.</summary>
    public static ReadOnlySpan<int> FaultSignals => [4, 5, 7, 8, 11];

    /// <summary>
    /// Installs machine code as the handler of a signal. The handler runs on the thread's alternate stack with every other
    /// signal held back.
    /// </summary>
    /// <returns>The address of the handler that was there before; 0 is the default action, 1 ignores.</returns>
    public static nint Install(int signal, nint handler)
    {
        SigAction action = default;
        SigAction old;
        action.Handler = handler;
        action.Flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
        for (int i = 0; i < 16; i++)
            action.Mask.Bits[i] = ulong.MaxValue;
        if (sigaction(signal, &action, &old) != 0)
            throw new NotSupportedException($"cannot handle host signal {signal}: errno {Marshal.GetLastPInvokeError()}");
        return old.Handler;
    }

    /// <summary>
    /// Makes every handler that others (the .NET runtime) have installed run on the alternate stack: while translated code
    /// runs, the host's stack pointer points to a CPU state that has little room below it for a signal frame.
    /// </summary>
    public static void MoveHandlersToAlternateStack()
    {
        for (int signal = 1; signal <= 64; signal++)
        {
            SigAction action;
            if (signal == Activation)
                continue;
            if (sigaction(signal, null, &action) != 0 || action.Handler is 0 or 1 || (action.Flags & SA_ONSTACK) != 0)
                continue;
            action.Flags |= SA_ONSTACK;
            _ = sigaction(signal, &action, null);
        }
    }

    /// <summary>Gives the calling thread an alternate signal stack with a guard page below it.</summary>
    /// <returns>The memory, to be given to <see cref="ReleaseAlternateStack"/> by the same thread.</returns>
    public static nint EnterAlternateStack()
    {
        nint memory = HostMemory.Allocate(AlternateStackSize);
        if (memory == 0 || HostMemory.Protect(memory, HostMemory.PageSize, HostProtection.None) != 0)
            throw new InsufficientMemoryException("no memory for a signal stack");
        StackT stack = new() { Pointer = memory, Size = AlternateStackSize };
        if (sigaltstack(&stack, null) != 0)
            throw new NotSupportedException($"sigaltstack: errno {Marshal.GetLastPInvokeError()}");
        return memory;
    }

    /// <summary>Disables and frees the calling thread's alternate signal stack.</summary>
    public static void ReleaseAlternateStack(nint memory)
    {
        StackT stack = new() { Flags = 2 };
        _ = sigaltstack(&stack, null);
        HostMemory.Release(memory, AlternateStackSize);
    }

    /// <summary>The host's number of the calling thread.</summary>
    public static int CurrentThread => gettid();

    /// <summary>Sends a signal to one thread of this process.</summary>
    public static void Send(int thread, int signal) => _ = tgkill(getpid(), thread, signal);

    /// <summary>Whether user code may execute rdgsbase and wrgsbase (AT_HWCAP2 bit 1, Linux 5.9).</summary>
    public static bool HasFsGsBase => (getauxval(26) & 2) != 0;

    /// <summary>Sets the calling thread's GS base through the host's kernel. arch_prctl(2), ARCH_SET_GS.</summary>
    public static void SetGsBase(nint address) => _ = syscall(158, 0x1001, address);
}
