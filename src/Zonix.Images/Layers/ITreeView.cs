namespace Zonix.Images.Layers;

/// <summary>A tree that is open for reading.</summary>
public interface ITreeView : IDisposable
{
    /// <summary>Its file system.</summary>
    IFileSystem FileSystem { get; }
}
