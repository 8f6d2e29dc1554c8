namespace Zonix.Conformance.Tests;

/// <summary>Where the suite lives and which part of it is wanted.</summary>
internal static class Suite
{
    internal static string Root { get; } = FindRoot();

    /// <summary>The folder of guest programs and of commands.txt.</summary>
    internal static string Folder { get; } = Path.Combine(Root, "conformance");

    /// <summary>Built guest programs and work folders.</summary>
    internal static string Output { get; } = Path.Combine(Root, "artifacts", "conformance");

    internal static string Zonix { get; } =
        Environment.GetEnvironmentVariable("ZONIX_PROGRAM") ?? Path.Combine(Root, "artifacts", "zonix", "zonix");

    /// <summary>Options of `zonix run` for every test, such as --large.</summary>
    internal static IReadOnlyList<string> Options { get; } = Words.Split(Environment.GetEnvironmentVariable("ZONIX_OPTIONS") ?? "");

    /// <summary>True when ZONIX_CONFORMANCE is unset or holds a part of the name (parts are separated by spaces).</summary>
    internal static bool IsWanted(string name)
    {
        string? wanted = Environment.GetEnvironmentVariable("ZONIX_CONFORMANCE");
        return string.IsNullOrWhiteSpace(wanted)
            || wanted.Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(part => name.Contains(part, StringComparison.Ordinal));
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Zonix.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Zonix.slnx is in no folder above the tests");
    }
}
