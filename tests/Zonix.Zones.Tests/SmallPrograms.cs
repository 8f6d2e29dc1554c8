namespace Zonix.Zones.Tests;

/// <summary>Programs of a few kilobytes with everything a loader looks at, made with gcc.</summary>
internal static class SmallPrograms
{
    private const string Source = """
        static int zeroed[5000];
        static int data[1000] = {1, 2, 3};
        static __thread int local = 5;
        void _start(void)
        {
            zeroed[4999] = data[2] + *(volatile int *)data;
            __asm__ volatile("push %%rax\npop %%rax\nsyscall" : : "a"(60), "D"(zeroed[4999]));
            __builtin_unreachable();
        }
        int *address_of_local(void) { return &local; }
        """;

    private static readonly string[][] Kinds =
    [
        ["static", "-static", "-no-pie"],
        ["static-pie", "-static-pie", "-fpie"],
        ["dynamic", "-pie", "-fpie", "-Wl,--dynamic-linker=/static"],
    ];

    /// <summary>The exit code of each, unharmed.</summary>
    internal const int ExitCode = 4;

    /// <summary>Builds the programs into the folder; null when there is no gcc.</summary>
    internal static IReadOnlyList<string>? Build(string folder)
    {
        string source = Path.Combine(folder, "program.c");
        File.WriteAllText(source, Source);
        List<string> programs = [];
        foreach (string[] kind in Kinds)
        {
            string program = Path.Combine(folder, kind[0]);
            string[] arguments = ["-O1", "-nostdlib", "-ftls-model=local-exec", "-o", program, source, .. kind[1..]];
            if (!GuestCompiler.TryRun(arguments))
                return null;
            programs.Add(program);
        }

        return programs;
    }
}
