namespace Zonix.Conformance.Tests;

/// <summary>How i386 programs run outside of zones: natively where the host's kernel does that, or else in an emulator, which makes the host's calls.</summary>
internal static class I386
{
    private const string Emulator = "qemu-i386-static";
    private static readonly Lazy<bool> s_isNative = new(TryProgram);

    /// <summary>Whether the host's kernel runs them.</summary>
    internal static bool IsNative => s_isNative.Value;

    /// <summary>Why they cannot be built; null when they can.</summary>
    internal static string? MissingCompiler =>
        Path.Exists("/usr/include/x86_64-linux-gnu/gnu/stubs-32.h") ? null : "no C library for i386: apt-get install gcc-multilib";

    /// <summary>Why they cannot be built, or compared with anything; null when they can.</summary>
    internal static string? Missing =>
        MissingCompiler is { } compiler ? compiler
        : !IsNative && Prerequisites.Find(Emulator) is null ? $"the host runs no i386 programs, and {Emulator} is not installed" : null;

    /// <summary>The command that runs a program outside of zones.</summary>
    internal static IReadOnlyList<string> Native(IReadOnlyList<string> command) => IsNative ? command : [Prerequisites.Find(Emulator)!, .. command];

    // The smallest program there is: it ends with code 42.
    private static bool TryProgram()
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
}
