using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Zonix.Host.Files;

namespace Zonix.FileSystems.Folder;

/// <summary>
/// Whose the files of a folder are. A machine that root runs shows and changes the host's owners. Any other cannot give files
/// away: what belongs to its own user is shown as the zone's user's, what belongs to others as nobody's, and an owner that a
/// guest asks for, like bits that would give a host user's rights away, is kept in an extended attribute (docs/adr/0009).
/// </summary>
internal sealed class FolderOwners(uint zoneUid, uint zoneGid)
{
    private const uint Nobody = 65534, SpecialBits = FileModeBits.PermissionMask & ~0x1FFu;
    private readonly uint hostUid = HostProcessLimits.UserId, hostGid = HostProcessLimits.GroupId;

    /// <summary>The attribute, in the form and by the name that rootless container tools have for the same purpose: uid:gid:mode.</summary>
    public static ReadOnlySpan<byte> AttributeName => "user.containers.override_stat"u8;

    /// <summary>The host's owners are the guest's.</summary>
    public bool ArePassed => hostUid == 0;

    /// <summary>Puts the shown owner and mode in the place of the host's. <paramref name="kept"/> is the attribute, or empty.</summary>
    public void Show(ref InodeAttributes attributes, ReadOnlySpan<byte> kept)
    {
        if (ArePassed)
            return;
        if (TryParse(kept, out uint uid, out uint gid, out uint mode))
        {
            (attributes.Uid, attributes.Gid) = (uid, gid);
            attributes.Mode = (attributes.Mode & ~SpecialBits) | (mode & SpecialBits);
            return;
        }
        attributes.Uid = attributes.Uid == hostUid ? zoneUid : Nobody;
        attributes.Gid = attributes.Gid == hostGid ? zoneGid : Nobody;
    }

    /// <summary>Gives an entry to an owner, and the mode that is asked for.</summary>
    public Errno Set(HostEntry entry, uint type, uint uid, uint gid, uint mode)
    {
        mode &= FileModeBits.PermissionMask;
        bool isLink = type == FileModeBits.S_IFLNK;
        if (ArePassed)
        {
            // The owner first: changing it takes set-ID bits away.
            Errno e = (Errno)entry.SetOwner(uid, gid);
            return e != 0 || isLink ? e : (Errno)entry.SetMode(mode);
        }
        bool isOwn = uid == zoneUid && gid == zoneGid;
        bool keeps = type is FileModeBits.S_IFREG or FileModeBits.S_IFDIR;
        if (!keeps)
            return !isOwn ? Errno.EPERM : isLink ? 0 : (Errno)entry.SetMode(mode & ~SpecialBits);
        Errno error = (Errno)entry.SetMode(mode & ~SpecialBits);
        if (error != 0)
            return error;
        if (isOwn && (mode & SpecialBits) == 0)
        {
            error = (Errno)entry.RemoveAttribute(AttributeName);
            return error is Errno.ENODATA or Errno.EOPNOTSUPP ? 0 : error;
        }
        string text = string.Create(CultureInfo.InvariantCulture, $"{uid}:{gid}:0{Convert.ToString(mode, 8)}");
        return (Errno)entry.SetAttribute(AttributeName, Encoding.ASCII.GetBytes(text), 0);
    }

    /// <summary>Whether what was just made is shown as it was asked for without further ado.</summary>
    public bool IsAsMade(uint uid, uint gid, uint mode) =>
        ArePassed ? uid == hostUid && gid == hostGid : uid == zoneUid && gid == zoneGid && (mode & SpecialBits) == 0;

    private static bool TryParse(ReadOnlySpan<byte> text, out uint uid, out uint gid, out uint mode)
    {
        gid = mode = 0;
        if (!Utf8Parser.TryParse(text, out uid, out int used) || used >= text.Length || text[used] != ':')
            return false;
        text = text[(used + 1)..];
        if (!Utf8Parser.TryParse(text, out gid, out used) || used >= text.Length || text[used] != ':')
            return false;
        foreach (byte digit in text[(used + 1)..])
        {
            if (digit is < (byte)'0' or > (byte)'7')
                break;
            mode = (mode << 3) | (uint)(digit - '0');
        }
        return true;
    }
}
