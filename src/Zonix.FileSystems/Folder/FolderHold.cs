using Zonix.Host.Files;

namespace Zonix.FileSystems.Folder;

/// <summary>A descriptor in use: of an open file, or one that was opened for the purpose.</summary>
internal readonly struct FolderHold : IDisposable
{
    private readonly HostFile? file;
    private readonly HostDirectory? directory;
    private readonly HostDescriptor? descriptor;

    public FolderHold(HostFile file) => this.file = file;

    public FolderHold(HostDescriptor descriptor) => this.descriptor = descriptor;

    public FolderHold(HostDirectory directory) => this.directory = directory;

    /// <summary>What it leads to.</summary>
    public HostEntry Entry => new(descriptor ?? file?.Handle ?? directory!.Descriptor);

    /// <inheritdoc/>
    public void Dispose()
    {
        descriptor?.Dispose();
        file?.Dispose();
        directory?.Release();
    }
}
