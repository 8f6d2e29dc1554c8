namespace Zonix.Conformance.Tests;

/// <summary>One guest program in C, built with gcc when it is older than its source.</summary>
internal sealed class GuestProgram
{
    private static readonly TimeSpan CompilerLimit = TimeSpan.FromMinutes(2);
    private readonly string source;

    internal GuestProgram(string name)
    {
        Name = name;
        source = Path.Combine(Suite.Folder, name + ".c");
        foreach (string line in File.ReadLines(source).TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal)))
        {
            string text = line[2..].Trim();
            int colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                Directives.Take(text[..colon], text[(colon + 1)..].Trim());
            }
        }
    }

    internal string Name { get; }

    internal Directives Directives { get; } = new();

    /// <summary>Names of all programs, relative to the suite's folder and without extension.</summary>
    internal static IEnumerable<string> All() =>
        Directory.EnumerateFiles(Suite.Folder, "*.c", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Suite.Folder, path)[..^2])
            // Files of a folder lib/ are included by programs; those of commands/ are input.
            .Where(name => !name.StartsWith("lib/", StringComparison.Ordinal) && !name.StartsWith("commands/", StringComparison.Ordinal)
                && !name.Contains("/lib/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    /// <summary>The path of the built program.</summary>
    internal string Build() => Build(Name, Directives.IsI386 ? ["-m32"] : []);

    /// <summary>The same as a program for x86-64, for hosts that cannot run 32-bit programs: it has to print the same.</summary>
    internal string BuildNative() => Directives.IsI386 && !Prerequisites.RunsI386 ? Build(Name + "-m64", ["-m64"]) : Build();

    private string Build(string name, IEnumerable<string> machine)
    {
        string program = Path.Combine(Suite.Output, "bin", name);
        DateTime newest = Directory.EnumerateFiles(Suite.Folder, "*.h", SearchOption.AllDirectories)
            .Append(source).Max(File.GetLastWriteTimeUtc);
        if (File.Exists(program) && File.GetLastWriteTimeUtc(program) > newest)
        {
            return program;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        string staged = program + ".new";
        List<string> command =
        [
            "gcc", "-O1", "-g", "-Wall", "-Wno-unused-result", "-std=gnu17", "-D_GNU_SOURCE", "-I", Suite.Folder,
            "-o", staged, source, .. machine, .. Directives.Flags,
        ];
        Outcome built = ProgramRun.Start(command, Suite.Folder, CompilerLimit);
        Assert.True(built.ExitCode == 0, $"gcc failed:\n{System.Text.Encoding.UTF8.GetString(built.Error)}");
        File.Move(staged, program, overwrite: true);
        return program;
    }
}
