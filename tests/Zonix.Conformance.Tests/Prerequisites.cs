namespace Zonix.Conformance.Tests;

/// <summary>Tells whether the host has what a test needs.</summary>
internal static class Prerequisites
{
    private static readonly string CpuFlags = ReadCpuFlags();

    /// <summary>Whether the host's kernel runs programs of 32 bits.</summary>
    internal static bool RunsI386 { get; } = ProbeI386();

    /// <summary>Why programs of 32 bits cannot be built, or null when they can.</summary>
    internal static string? MissingI386Compiler() => Path.Exists("/usr/include/x86_64-linux-gnu/gnu/stubs-32.h")
        ? null
        : "no C library for i386: apt-get install gcc-multilib";

    /// <summary>Why <paramref name="need"/> is not met, or null when it is.</summary>
    internal static string? Missing(string need)
    {
        if (need.StartsWith("cpu:", StringComparison.Ordinal))
        {
            return CpuFlags.Contains($" {need[4..]} ", StringComparison.Ordinal) ? null : $"the processor has no {need[4..]}";
        }

        return Find(need) is null ? $"{need} is not installed" : null;
    }

    /// <summary>The full path of a program named by path or to be found in PATH.</summary>
    internal static string? Find(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
        {
            return Path.Exists(program) ? program : null;
        }

        return (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(':')
            // Version managers put scripts in front of programs; a script would need fork.
            .Where(folder => !folder.Contains("/shims", StringComparison.Ordinal))
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
    }

    // The smallest program there is: it ends with code 42.
    private static bool ProbeI386()
    {
        byte[] program =
        [
            0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 3, 0, 1, 0, 0, 0, 0x54, 0x80, 4, 8, 0x34, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0x34, 0, 0x20, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 4, 8, 0, 0x80, 4, 8, 0x60, 0, 0, 0,
            0x60, 0, 0, 0, 5, 0, 0, 0, 0, 0x10, 0, 0,
            0x31, 0xc0, 0x40, 0xb3, 0x2a, 0xcd, 0x80, 0x90, 0x90, 0x90, 0x90, 0x90, // xor eax, eax; inc eax; mov bl, 42; int 0x80
        ];
        string path = Path.Combine(Path.GetTempPath(), $"zonix-probe-{Environment.ProcessId}");
        File.WriteAllBytes(path, program);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            return ProgramRun.Start([path], Path.GetTempPath(), TimeSpan.FromSeconds(10)).ExitCode == 42;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string ReadCpuFlags()
    {
        string? line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(text => text.StartsWith("flags", StringComparison.Ordinal));
        return $"{line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..]} ";
    }
}
