using System.Runtime.InteropServices;

namespace Zonix.Host.Threads;

/// <summary>Calls into the host's C library for threads.</summary>
internal static partial class NativeThreads
{
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    internal static partial long Futex(long number, nint address, long operation, long value, nint timeout, nint address2, long bitset);

    [LibraryImport("libc", EntryPoint = "getrusage")]
    internal static unsafe partial int GetUsage(int who, void* usage);
}
