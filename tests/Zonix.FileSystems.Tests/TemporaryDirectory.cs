namespace Zonix.FileSystems.Tests;

/// <summary>A directory of the host that is gone after the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory()
        : this(System.IO.Path.GetTempPath())
    {
    }

    private TemporaryDirectory(string parent) => Path = Directory.CreateDirectory(System.IO.Path.Combine(parent, "zonix-test-" + Guid.NewGuid().ToString("N"))).FullName;

    public string Path { get; }

    /// <summary>One in memory where the host has that: what waits for the disk does not take long there.</summary>
    public static TemporaryDirectory InMemory() => new(Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath());

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
