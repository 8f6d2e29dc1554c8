namespace Zonix.External.Running;

/// <summary>Sources of Debian's packages, kept outside the tree.</summary>
internal static class DebianSource
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>The folder of a package's source, fetched when it is not there yet; null when it cannot be had.</summary>
    internal static string? Unpack(string root, string package)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string cache = Path.Combine(home, ".cache", "zonix", "sources", "unpacked", package);
        if (!Directory.Exists(cache) || !Directory.EnumerateDirectories(cache).Any())
        {
            string script = Path.Combine(root, "conformance", "external", "build", "source");
            ProgramResult fetched = ProgramRun.Start(["bash", script, package, cache], "/", Limit,
                [new("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), new("HOME", home)]);
            if (fetched.ExitCode != 0)
            {
                Console.Error.WriteLine($"{package}: no source: {fetched.All}");
                return null;
            }
        }

        return Directory.EnumerateDirectories(cache).First();
    }
}
