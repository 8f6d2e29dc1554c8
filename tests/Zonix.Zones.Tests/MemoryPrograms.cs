namespace Zonix.Zones.Tests;

/// <summary>A program without libraries that uses memory.</summary>
internal static class MemoryPrograms
{
    private const string Source = """
        static long call(long n, long a, long b, long c, long d, long e, long f)
        {
            register long r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
            long result;
            __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
            return result;
        }
        enum { WRITE = 1, OPEN = 2, MMAP = 9, FORK = 57, EXIT = 60, WAIT4 = 61 };
        static void take(long megabytes, long flags)
        {
            for (long i = 0; i < megabytes; i++) {
                char *p = (char *)call(MMAP, 0, 1 << 20, 3, flags, -1, 0);
                for (long at = 0; at < 1 << 20; at += 4096)
                    p[at] = 1;
            }
        }
        void _start(void)
        {
        #ifdef SHIELDED
            long fd = call(OPEN, (long)"/proc/self/oom_score_adj", 1, 0, 0, 0, 0);
            call(WRITE, fd, (long)"-1000", 5, 0, 0, 0);
            take(24, 0x22);
            if (call(FORK, 0, 0, 0, 0, 0, 0) == 0) {
                fd = call(OPEN, (long)"/proc/self/oom_score_adj", 1, 0, 0, 0, 0);
                call(WRITE, fd, (long)"0", 1, 0, 0, 0);
                take(64, 0x22);
                call(EXIT, 1, 0, 0, 0, 0, 0);
            }
            int status = 0;
            call(WAIT4, -1, (long)&status, 0, 0, 0, 0);
            call(EXIT, (status & 0x7f) == 9 ? 7 : 8, 0, 0, 0, 0, 0);
        #else
            take(64, FLAGS);
            call(EXIT, 7, 0, 0, 0, 0, 0);
        #endif
            __builtin_unreachable();
        }
        """;

    /// <summary>The exit code of a program that was not killed.</summary>
    internal const int ExitCode = 7;

    /// <summary>Builds it with a definition; false when there is no gcc.</summary>
    internal static bool Build(string folder, string name, string definition)
    {
        string source = Path.Combine(folder, name + ".c");
        File.WriteAllText(source, Source);
        return GuestCompiler.TryRun(
            "-O1", "-nostdlib", "-static", "-fno-stack-protector", "-D" + definition, "-o", Path.Combine(folder, name), source);
    }
}
