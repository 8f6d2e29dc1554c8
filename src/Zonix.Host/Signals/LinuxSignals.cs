using System.Runtime.InteropServices;

namespace Zonix.Host.Signals;

/// <summary>The libc entry points of the signal room. Linux x86-64.</summary>
internal static unsafe partial class LinuxSignals
{
    internal const int SA_SIGINFO = 4;
    internal const int SA_ONSTACK = 0x08000000;
    internal const int SA_RESTART = 0x10000000;
    internal const int SIG_BLOCK = 0;
    internal const int SIG_SETMASK = 2;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sigaction(int signal, SigAction* action, SigAction* old);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sigaltstack(StackT* stack, StackT* old);

    [LibraryImport("libc")]
    internal static partial int pthread_sigmask(int how, SigSet* set, SigSet* old);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int tgkill(int process, int thread, int signal);

    [LibraryImport("libc")]
    internal static partial int gettid();

    [LibraryImport("libc")]
    internal static partial int getpid();

    [LibraryImport("libc")]
    internal static partial ulong getauxval(ulong type);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial long syscall(long number, long argument0, long argument1);

    /// <summary>sigset_t as glibc lays it out.</summary>
    internal struct SigSet
    {
        internal fixed ulong Bits[16];
    }

    /// <summary>struct sigaction as glibc lays it out.</summary>
    internal struct SigAction
    {
        internal nint Handler;
        internal SigSet Mask;
        internal int Flags;
        internal nint Restorer;
    }

    /// <summary>stack_t.</summary>
    internal struct StackT
    {
        internal nint Pointer;
        internal int Flags;
        internal nuint Size;
    }
}
