using System.Diagnostics;

namespace Zonix.Differential;

/// <summary>The guest program that runs cases, built from conformance/translator/executor.c when it is out of date.</summary>
public static class Executor
{
    private static readonly string[] s_flags =
    [
        "-O2", "-static", "-nostdlib", "-ffreestanding", "-fno-stack-protector", "-fno-pie", "-no-pie", "-mgeneral-regs-only",
        "-Wl,-Ttext-segment=0x2a400000",
    ];

    /// <summary>The folder of Zonix.slnx.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The program for 64-bit code.</summary>
    public static string Build() => Build(Path.Combine(Root, "conformance", "translator", "executor.c"), "executor", []);

    /// <summary>The program for i386 code.</summary>
    public static string Build32() => Build(Path.Combine(Root, "tests", "Zonix.Differential", "I386", "executor32.c"), "executor32", ["-m32"]);

    private static string Build(string source, string name, string[] flags)
    {
        string program = Path.Combine(Root, "artifacts", "differential", name);
        string shared = Path.Combine(Root, "conformance", "translator", "executor.h");
        if (File.Exists(program) && File.GetLastWriteTimeUtc(program) > File.GetLastWriteTimeUtc(source) && File.GetLastWriteTimeUtc(program) > File.GetLastWriteTimeUtc(shared))
            return program;
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        string staged = $"{program}.{Environment.ProcessId}";
        using Process gcc = Process.Start("gcc", [.. s_flags, .. flags, "-o", staged, source]);
        gcc.WaitForExit();
        if (gcc.ExitCode != 0)
            throw new InvalidOperationException("gcc cannot build the executor");
        File.Move(staged, program, overwrite: true);
        return program;
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Zonix.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Zonix.slnx is in no folder above the program");
    }
}
