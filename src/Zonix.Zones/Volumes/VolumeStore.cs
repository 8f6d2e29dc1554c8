using System.Security.Cryptography;
using Zonix.Abi;
using Zonix.FileSystems.Pool;
using Zonix.Kernel.Vfs;
using Zonix.Storage;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;

namespace Zonix.Zones.Volumes;

/// <summary>The volumes of a machine: datasets volumes/NAME. Any thread.</summary>
public sealed class VolumeStore
{
    internal const string Folder = "volumes/";
    private const string LabelPrefix = "org.zonix.volume.label.", Anonymous = "org.zonix.volume.anonymous";
    private const int AnonymousBytes = 32;
    private readonly Func<Pool> pool;
    private readonly VirtualFileSystem vfs;
    private readonly Lock gate = new();
    private readonly Dictionary<string, OpenVolume> open = [];

    internal VolumeStore(Func<Pool> pool, VirtualFileSystem vfs)
    {
        this.pool = pool;
        this.vfs = vfs;
    }

    /// <summary>All, by name.</summary>
    public IReadOnlyList<Volume> List() => [.. pool().List()
        .Where(dataset => dataset.Name.StartsWith(Folder, StringComparison.Ordinal))
        .Select(Describe)
        .OrderBy(volume => volume.Name, StringComparer.Ordinal)];

    /// <summary>The volume of a name.</summary>
    /// <exception cref="ZoneException">There is none.</exception>
    public Volume Get(string name) => Find(name) ?? throw new ZoneException(ZoneError.NotFound, $"get {name}: no such volume");

    /// <summary>The same; null when there is none.</summary>
    public Volume? Find(string name) => pool().List().FirstOrDefault(dataset => dataset.Name == Folder + name) is { } found ? Describe(found) : null;

    /// <summary>Makes one; one of that name that is there stays as it is.</summary>
    /// <param name="name">Its name; null: one is made up, and it is anonymous.</param>
    /// <param name="labels">For its users.</param>
    /// <exception cref="ZoneException">It is no name.</exception>
    public Volume Create(string? name, IReadOnlyDictionary<string, string>? labels = null)
    {
        bool isAnonymous = name is null;
        name ??= RandomNumberGenerator.GetHexString(AnonymousBytes * 2, lowercase: true);
        if (!ZoneValidation.IsName(name))
            throw new ZoneException(ZoneError.Invalid, $"\"{name}\" is no name of a volume: expected [a-zA-Z0-9][a-zA-Z0-9_.-]*; a folder of the host begins with a slash");
        lock (gate)
        {
            if (Find(name) is { } there)
                return there;
            var user = (labels ?? new Dictionary<string, string>()).ToDictionary(one => LabelPrefix + one.Key, one => one.Value);
            if (isAnonymous)
                user[Anonymous] = "";
            Guard(() => pool().Create(Folder + name, new DatasetProperties { User = user }));
            return Get(name);
        }
    }

    /// <summary>Destroys one.</summary>
    /// <exception cref="ZoneException">There is none, or it is in use.</exception>
    public void Remove(string name)
    {
        lock (gate)
        {
            Get(name);
            if (open.ContainsKey(name))
                throw new ZoneException(ZoneError.Conflict, $"remove {name}: volume is in use");
            Guard(() => pool().Destroy(Folder + name, recursive: true));
        }
    }

    /// <summary>Takes hold of one, to mount it.</summary>
    /// <exception cref="ZoneException">There is none, or it is damaged.</exception>
    internal IZoneRoot Open(string name)
    {
        lock (gate)
        {
            if (!open.TryGetValue(name, out OpenVolume? volume))
            {
                Dataset dataset = pool().Find(Folder + name) ?? throw new ZoneException(ZoneError.NotFound, $"get {name}: no such volume");
                volume = new OpenVolume(name, Guard(() => DatasetFileSystem.Open(vfs, dataset)));
                open.Add(name, volume);
            }

            volume.Users++;
            return new OpenVolume.Hold(this, volume);
        }
    }

    internal void Leave(OpenVolume volume)
    {
        lock (gate)
        {
            if (--volume.Users > 0)
                return;
            open.Remove(volume.Name);
            volume.Files.Dispose();
        }
    }

    private static Volume Describe(DatasetInfo dataset)
    {
        IReadOnlyDictionary<string, string> user = dataset.Properties.User;
        var labels = user
            .Where(one => one.Key.StartsWith(LabelPrefix, StringComparison.Ordinal))
            .ToDictionary(one => one.Key[LabelPrefix.Length..], one => one.Value);
        return new Volume(dataset.Name[Folder.Length..], dataset.Created, labels, user.ContainsKey(Anonymous), dataset.Referenced);
    }

    private static T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (PoolException e)
        {
            throw new ZoneException(e.Error is Errno.EBUSY or Errno.EEXIST ? ZoneError.Conflict : ZoneError.Failed, e.Message);
        }
    }

    private static void Guard(Action action) => Guard(() =>
    {
        action();
        return true;
    });
}
