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

    public static string Build()
    {
        string source = Path.Combine(Root, "conformance", "translator", "executor.c");
        string program = Path.Combine(Root, "artifacts", "differential", "executor");
        if (File.Exists(program) && File.GetLastWriteTimeUtc(program) > File.GetLastWriteTimeUtc(source))
            return program;
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        string staged = $"{program}.{Environment.ProcessId}";
        using Process gcc = Process.Start("gcc", [.. s_flags, "-o", staged, source]);
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
