using System.Diagnostics;

namespace Zonix.Conformance.Tests;

/// <summary>How i386 programs run outside of zones: natively where the host's kernel does that, or else in an emulator, which makes the host's calls.</summary>
internal static class I386
{
    private const string Emulator = "qemu-i386-static";
    private static readonly Lazy<bool> s_isNative = new(TryProgram);

    /// <summary>Why they cannot be built, or compared with anything; null when they can.</summary>
    internal static string? Missing =>
        !File.Exists("/usr/include/x86_64-linux-gnu/gnu/stubs-32.h") ? "gcc-multilib is not installed"
        : !s_isNative.Value && Prerequisites.Find(Emulator) is null ? $"the host runs no i386 programs, and {Emulator} is not installed" : null;

    /// <summary>The command that runs a program outside of zones.</summary>
    internal static IReadOnlyList<string> Native(IReadOnlyList<string> command) => s_isNative.Value ? command : [Prerequisites.Find(Emulator)!, .. command];

    private static bool TryProgram()
    {
        string source = Path.Combine(Suite.Output, "i386.c"), program = Path.Combine(Suite.Output, "i386");
        Directory.CreateDirectory(Suite.Output);
        File.WriteAllText(source, "void _start(void) { __asm__(\"mov $1, %eax; xor %ebx, %ebx; int $0x80\"); }");
        Outcome built = ProgramRun.Start(["gcc", "-m32", "-static", "-nostdlib", "-o", program, source], Suite.Output, TimeSpan.FromMinutes(1));
        if (built.ExitCode != 0)
        {
            return false;
        }

        try
        {
            using Process process = Process.Start(program);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
