using Zonix.FileSystems.Pool;
using Zonix.Kernel.Vfs;
using Zonix.Zones.Life;

namespace Zonix.Zones.Volumes;

/// <summary>A volume in use: all zones that use it at a time see one file system, which the last of them closes.</summary>
internal sealed class OpenVolume(string name, DatasetFileSystem files)
{
    internal string Name => name;

    internal DatasetFileSystem Files => files;

    internal int Users { get; set; }

    /// <summary>One user's hold of it.</summary>
    internal sealed class Hold(VolumeStore store, OpenVolume volume) : IZoneRoot
    {
        private int isDisposed;

        public IFileSystem FileSystem => volume.Files;

        public string Directory => "/";

        public void Dispose()
        {
            if (Interlocked.Exchange(ref isDisposed, 1) == 0)
                store.Leave(volume);
        }
    }
}
