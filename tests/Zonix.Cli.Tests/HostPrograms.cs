namespace Zonix.Cli.Tests;

/// <summary>What the host has installed.</summary>
internal static class HostPrograms
{
    internal static bool Has(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, name)));
}
