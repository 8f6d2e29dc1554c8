using System.Globalization;
using Zonix.Api.Docker;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;

namespace Zonix.Api;

/// <summary>Docker's four ways to ask for mounts as file systems of zones.</summary>
internal static class ContainerMounts
{
    internal static IEnumerable<ZoneFileSystem> Read(CreateRequest request, HostConfig host)
    {
        var targets = new HashSet<string>();
        foreach (ZoneFileSystem mount in Named(host))
        {
            targets.Add(mount.Target.TrimEnd('/'));
            yield return mount;
        }

        foreach (string target in request.Volumes?.Keys ?? [])
        {
            if (targets.Add(target.TrimEnd('/')))
                yield return new ZoneFileSystem { Type = ZoneFileSystem.Volume, Target = target };
        }
    }

    private static IEnumerable<ZoneFileSystem> Named(HostConfig host)
    {
        foreach (string bind in host.Binds ?? [])
            yield return Bind(bind);
        foreach ((string target, string options) in host.Tmpfs ?? new Dictionary<string, string>())
            yield return new ZoneFileSystem { Type = "tmpfs", Target = target, Options = options.Split(',', StringSplitOptions.RemoveEmptyEntries) };
        foreach (MountRequest mount in host.Mounts ?? [])
            yield return Mount(mount);
    }

    // FROM:TO[:OPTIONS], where FROM is a path of the host or the name of a volume; or TO alone, for a volume of the container's own.
    private static ZoneFileSystem Bind(string bind)
    {
        string[] parts = bind.Split(':');
        if (parts is [['/', ..] own])
            return new ZoneFileSystem { Type = ZoneFileSystem.Volume, Target = own };
        if (parts.Length is < 2 or > 3 || parts[0].Length == 0)
            throw new ZoneException(ZoneError.Invalid, $"Binds: \"{bind}\": expected FROM:TO or FROM:TO:ro, where FROM is an absolute path of the host or the name of a volume");
        if (parts[0][0] is '.' or '~')
            throw new ZoneException(ZoneError.Invalid, $"Binds: \"{bind}\": a path of the host must be absolute");
        string[] options = parts.Length == 3 ? [.. parts[2].Split(',').Where(one => one is not ("z" or "Z" or "rprivate" or "private"))] : [];
        return new ZoneFileSystem { Type = parts[0][0] == '/' ? "lofs" : ZoneFileSystem.Volume, Source = parts[0], Target = parts[1], Options = options };
    }

    private static ZoneFileSystem Mount(MountRequest mount)
    {
        var options = new List<string>();
        if (mount.ReadOnly)
            options.Add("ro");
        if (mount.TmpfsOptions is { SizeBytes: > 0 and var size })
            options.Add(string.Create(CultureInfo.InvariantCulture, $"size={size}"));
        if (mount.TmpfsOptions is { Mode: > 0 and var mode })
            options.Add("mode=" + Convert.ToString(mode, 8));
        if (mount.VolumeOptions?.NoCopy == true)
            options.Add("nocopy");
        string type = mount.Type switch
        {
            "bind" => "lofs",
            "tmpfs" or ZoneFileSystem.Volume => mount.Type,
            _ => throw new ZoneException(ZoneError.Invalid, $"Mounts.Type: \"{mount.Type}\": expected bind, volume or tmpfs"),
        };
        string? source = type == "tmpfs" || string.IsNullOrEmpty(mount.Source) ? null : mount.Source;
        return new ZoneFileSystem { Type = type, Source = source, Target = mount.Target ?? "", Options = options };
    }
}
