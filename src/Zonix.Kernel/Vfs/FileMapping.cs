using Zonix.Host.Files;

namespace Zonix.Kernel.Vfs;

/// <summary>
/// What to map: a host file (which may be a file in memory) from an offset on, or fresh anonymous memory (/dev/zero). The
/// receiver holds a reference to the open file description, or to <paramref name="File"/> by its AddReference.
/// </summary>
/// <param name="File">The host file; null for anonymous memory.</param>
/// <param name="Offset">Where in it.</param>
/// <param name="Writers">Told when a shared mapping that may be written is gone; null when nobody counts them.</param>
public readonly record struct FileMapping(HostFile? File, ulong Offset, IWritableMappings? Writers = null)
{
    /// <summary>Tells changes of the content, where the file system counts them.</summary>
    public IContentVersion? Version { get; init; }

    /// <summary>The host's time stamps of <paramref name="File"/> tell every change of its content.</summary>
    public bool IsStamped { get; init; }

    /// <summary>Whether the mapping is anonymous memory.</summary>
    public bool IsAnonymous => File is null;
}
