namespace Zonix.FileSystems.Tests;

/// <summary>A directory of the host that is gone after the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("zonix-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
