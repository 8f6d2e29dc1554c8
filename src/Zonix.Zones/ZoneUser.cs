using System.Globalization;
using Zonix.Kernel.Vfs;
using Zonix.Zones.Life;

namespace Zonix.Zones;

/// <summary>A user of a zone, as its own /etc/passwd and /etc/group have it. passwd(5), group(5).</summary>
/// <param name="Uid">The number.</param>
/// <param name="Gid">The number of the group.</param>
/// <param name="Groups">Numbers of further groups.</param>
/// <param name="Home">Its home directory.</param>
internal sealed record ZoneUser(uint Uid, uint Gid, IReadOnlyList<uint> Groups, string Home)
{
    private const int PasswdFields = 7, GroupFields = 4;

    /// <summary>Finds a user by docker's words: name or number, and perhaps a group behind a colon.</summary>
    /// <exception cref="ZoneException">The zone does not know a name.</exception>
    internal static ZoneUser Resolve(MountNamespace mounts, string words)
    {
        int colon = words.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? words : words[..colon], group = colon < 0 ? "" : words[(colon + 1)..];
        if (name.Length == 0)
            name = "0";
        bool isNumber = uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out uint uid);
        string[]? found = Lines(mounts, "/etc/passwd", PasswdFields).FirstOrDefault(line => isNumber ? line[2] == name : line[0] == name);
        if (found is not null && !uint.TryParse(found[2], CultureInfo.InvariantCulture, out uid))
            found = null;
        if (found is null && !isNumber)
            throw new ZoneException(ZoneError.Invalid, $"unable to find user {name}: no matching entries in the zone's /etc/passwd");
        uint gid = found is not null && uint.TryParse(found[3], CultureInfo.InvariantCulture, out uint own) ? own : 0;
        if (group.Length > 0)
            return new ZoneUser(uid, ResolveGroup(mounts, group), [], found?[5] ?? "/");
        string user = found?[0] ?? "";
        uint[] more = [.. Lines(mounts, "/etc/group", GroupFields)
            .Where(line => user.Length > 0 && line[3].Split(',').Contains(user))
            .Select(line => uint.TryParse(line[2], CultureInfo.InvariantCulture, out uint id) ? id : gid)
            .Where(id => id != gid)];
        return new ZoneUser(uid, gid, more, found is { } entry && entry[5].Length > 0 ? entry[5] : "/");
    }

    private static uint ResolveGroup(MountNamespace mounts, string group)
    {
        if (uint.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out uint gid))
            return gid;
        string[]? found = Lines(mounts, "/etc/group", GroupFields).FirstOrDefault(line => line[0] == group);
        return found is not null && uint.TryParse(found[2], CultureInfo.InvariantCulture, out gid)
            ? gid
            : throw new ZoneException(ZoneError.Invalid, $"unable to find group {group}: no matching entries in the zone's /etc/group");
    }

    private static IEnumerable<string[]> Lines(MountNamespace mounts, string path, int fields) =>
        (ZoneFiles.ReadText(mounts, path) ?? "").Split('\n').Select(line => line.Split(':')).Where(line => line.Length >= fields);
}
