namespace Zonix.Conformance.Tests;

/// <summary>Tells whether the host has what a test needs.</summary>
internal static class Prerequisites
{
    private static readonly string CpuFlags = ReadCpuFlags();

    /// <summary>Why <paramref name="need"/> is not met, or null when it is.</summary>
    internal static string? Missing(string need)
    {
        if (need.StartsWith("cpu:", StringComparison.Ordinal))
        {
            return CpuFlags.Contains($" {need[4..]} ", StringComparison.Ordinal) ? null : $"the processor has no {need[4..]}";
        }

        if (need == "i386")
        {
            return I386.Missing;
        }

        if (need == "root")
        {
            return Environment.UserName == "root" ? null : "natively, it takes root";
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

    private static string ReadCpuFlags()
    {
        string? line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(text => text.StartsWith("flags", StringComparison.Ordinal));
        return $"{line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..]} ";
    }
}
