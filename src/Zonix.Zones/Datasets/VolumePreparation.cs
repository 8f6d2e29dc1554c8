using Zonix.FileSystems.Pool;
using Zonix.Images;
using Zonix.Images.Differences;
using Zonix.Images.Tar;
using Zonix.Images.Unpacking;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Storage;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;

namespace Zonix.Zones.Datasets;

/// <summary>
/// Makes the volumes that a new zone asks for, by name, or by a place of its image; one that is empty begins with what the image has
/// there. docker run, "Populate a volume".
/// </summary>
internal sealed class VolumePreparation(LocalMachine machine)
{
    /// <summary>The zone's configuration with the names of all its volumes. Those it has made for nobody else are in <paramref name="made"/>.</summary>
    internal ZoneConfiguration Prepare(ZoneConfiguration zone, ImageConfig? image, List<string> made)
    {
        var mounts = new List<ZoneFileSystem>(zone.Filesystems ?? []);
        foreach (string place in image?.Volumes?.Keys ?? Enumerable.Empty<string>())
        {
            string target = "/" + place.Trim('/');
            if (target.Length > 1 && mounts.All(mount => mount.Target.TrimEnd('/') != target))
                mounts.Add(new ZoneFileSystem { Type = ZoneFileSystem.Volume, Target = target });
        }

        for (int i = 0; i < mounts.Count; i++)
        {
            if (mounts[i].Type != ZoneFileSystem.Volume)
                continue;
            bool isNew = mounts[i].Source is null || machine.Volumes.Find(mounts[i].Source!) is null;
            string name = machine.Volumes.Create(mounts[i].Source).Name;
            if (isNew)
                made.Add(name);
            mounts[i] = mounts[i] with { Source = name };
            if (zone.Dataset is { } dataset && !(mounts[i].Options ?? []).Contains("nocopy"))
                Fill(name, dataset, mounts[i].Target);
        }

        return mounts.Count == 0 ? zone : zone with { Filesystems = mounts };
    }

    private void Fill(string name, string dataset, string target)
    {
        using IZoneRoot volume = machine.Volumes.Open(name);
        if (volume.FileSystem!.Root.Inode is not IDirectoryInode top || !DirectoryEntries.IsEmpty(top))
            return;
        VirtualFileSystem vfs = machine.Kernel.FileSystems;
        using DatasetFileSystem root = DatasetFileSystem.Open(vfs, machine.Pool.Find(dataset) ?? throw new PoolException($"there is no dataset '{dataset}'"));
        using var mounts = new MountNamespace(vfs, root);
        var walk = new PathWalk(mounts.Root, mounts.Root, Credentials.Root, System.Text.Encoding.UTF8.GetBytes(target), WalkFlags.Follow | WalkFlags.Directory);
        bool isThere = walk.Run() == 0;
        VfsPath place = walk.At;
        walk.Dispose();
        if (!isThere)
            return;
        string draft = Path.Combine(machine.Paths.Home, "volume-" + Guid.NewGuid().ToString("N"));
        using var archive = new FileStream(draft, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        PlacePacker.Pack(place, mounts.Root, "."u8, archive);
        archive.Position = 0;
        TreeUnpacker.Unpack(new TarReader(archive), new TreeWriter(volume.FileSystem, vfs));
    }
}
