namespace Zonix.Kernel.Vfs;

/// <summary>Counts the changes of a file's content, so that what was derived from it (translated code) can be kept.</summary>
public interface IContentVersion
{
    /// <summary>Another number after every change; null while it changes, or when it may change unseen. Takes no lock.</summary>
    long? Version { get; }
}
