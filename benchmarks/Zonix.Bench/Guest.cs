using System.Diagnostics;

namespace Zonix.Bench;

/// <summary>One guest program: its source, how it is built and the group that its results count in.</summary>
internal sealed class Guest
{
    private Guest(string source)
    {
        Source = source;
        Name = Path.GetFileNameWithoutExtension(source);
        foreach (string line in File.ReadLines(source).TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal)))
        {
            string[] parts = line[2..].Split(':', 2, StringSplitOptions.TrimEntries);
            switch (parts[0])
            {
                case "group": Group = parts[1]; break;
                case "flags": Flags = parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries); break;
                case "needs": Needs = parts[1]; break;
                default: break;
            }
        }
    }

    internal string Name { get; }

    internal string Group { get; } = "other";

    /// <summary>A flag of /proc/cpuinfo without which it cannot run.</summary>
    internal string? Needs { get; }

    private string Source { get; }

    private string[] Flags { get; } = [];

    internal static IEnumerable<Guest> All(string folder) =>
        Directory.EnumerateFiles(folder, "*.c").Order(StringComparer.Ordinal).Select(path => new Guest(path));

    /// <summary>Builds the program with gcc -O2 and returns its path, or null with the compiler's words on standard error.</summary>
    internal string? Build(string folder, bool isI386 = false)
    {
        folder = isI386 ? Path.Combine(folder, "i386") : folder;
        string program = Path.Combine(folder, Name);
        string header = Path.Combine(Path.GetDirectoryName(Source)!, "bench.h");
        DateTime newest = File.GetLastWriteTimeUtc(Source) > File.GetLastWriteTimeUtc(header)
            ? File.GetLastWriteTimeUtc(Source)
            : File.GetLastWriteTimeUtc(header);
        if (File.Exists(program) && File.GetLastWriteTimeUtc(program) > newest)
        {
            return program;
        }

        Directory.CreateDirectory(folder);
        string[] arguments = [.. isI386 ? ["-m32", "-msse2", "-mfpmath=sse"] : (string[])[], "-O2", "-std=gnu17", "-D_GNU_SOURCE", "-o", program, Source, .. Flags, "-lm"];
        using Process? gcc = Process.Start("gcc", arguments);
        gcc?.WaitForExit();
        return gcc?.ExitCode == 0 ? program : null;
    }
}
