using System.Buffers.Binary;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Vfs;

/// <summary>An access control list in the format of the attributes system.posix_acl_access and system.posix_acl_default. acl(5).</summary>
public sealed class FileAcl
{
    private const uint Version = 2;
    private const int HeaderSize = 4, EntrySize = 8;
    private const ushort ACL_USER_OBJ = 1, ACL_USER = 2, ACL_GROUP_OBJ = 4, ACL_GROUP = 8, ACL_MASK = 0x10, ACL_OTHER = 0x20;
    private const uint ModeMask = 0x1FF;

    private readonly Entry[] entries;

    private FileAcl(Entry[] entries) => this.entries = entries;

    /// <summary>Bytes of the attribute.</summary>
    public int Size => HeaderSize + (entries.Length * EntrySize);

    /// <summary>Reads an attribute; null when it holds no entries. EINVAL, EOPNOTSUPP.</summary>
    public static Errno Parse(ReadOnlySpan<byte> value, out FileAcl? acl)
    {
        acl = null;
        if (value.IsEmpty)
            return 0;
        if (value.Length < HeaderSize || (value.Length - HeaderSize) % EntrySize != 0)
            return Errno.EINVAL;
        if (BinaryPrimitives.ReadUInt32LittleEndian(value) != Version)
            return Errno.EOPNOTSUPP;
        var entries = new Entry[(value.Length - HeaderSize) / EntrySize];
        for (int i = 0; i < entries.Length; i++)
        {
            ReadOnlySpan<byte> at = value[(HeaderSize + (i * EntrySize))..];
            entries[i] = new(
                BinaryPrimitives.ReadUInt16LittleEndian(at), BinaryPrimitives.ReadUInt16LittleEndian(at[2..]),
                BinaryPrimitives.ReadUInt32LittleEndian(at[4..]));
        }
        if (entries.Length == 0)
            return 0;
        if (!IsValid(entries))
            return Errno.EINVAL;
        acl = new FileAcl(entries);
        return 0;
    }

    /// <summary>Writes the attribute.</summary>
    public void Write(Span<byte> value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(value, Version);
        for (int i = 0; i < entries.Length; i++)
        {
            Span<byte> at = value[(HeaderSize + (i * EntrySize))..];
            BinaryPrimitives.WriteUInt16LittleEndian(at, entries[i].Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(at[2..], entries[i].Permissions);
            bool named = entries[i].Tag is ACL_USER or ACL_GROUP;
            BinaryPrimitives.WriteUInt32LittleEndian(at[4..], named ? entries[i].Id : uint.MaxValue);
        }
    }

    /// <summary>The permission bits that stand for it; <paramref name="isMode"/>: they say all that it says.</summary>
    public uint ToMode(uint mode, out bool isMode)
    {
        uint bits = 0;
        isMode = true;
        foreach (Entry entry in entries)
        {
            switch (entry.Tag)
            {
                case ACL_USER_OBJ:
                    bits |= (uint)entry.Permissions << 6;
                    break;
                case ACL_GROUP_OBJ:
                    bits |= (uint)entry.Permissions << 3;
                    break;
                case ACL_OTHER:
                    bits |= entry.Permissions;
                    break;
                case ACL_MASK:
                    bits = (bits & ~FileModeBits.S_IRWXG) | ((uint)entry.Permissions << 3);
                    isMode = false;
                    break;
                default:
                    isMode = false;
                    break;
            }
        }
        return (mode & ~ModeMask) | bits;
    }

    /// <summary>The list after chmod(2): owner, mask (or group, without one) and others are the mode's.</summary>
    public FileAcl WithMode(uint mode) => Change(mode, static (own, bits) => bits);

    /// <summary>What a new file inherits: no more than the mode it is made with, which is reduced likewise.</summary>
    public FileAcl Inherit(ref uint mode)
    {
        FileAcl own = Change(mode, static (own, bits) => own & bits);
        mode = own.ToMode(mode, out _);
        return own;
    }

    /// <summary>Whether the list grants somebody who does not own the file what they want. acl(5), "Access check algorithm".</summary>
    internal bool Grants(InodeAccess inode, Credentials who, uint wanted)
    {
        bool inGroup = false;
        foreach (Entry entry in entries)
        {
            switch (entry.Tag)
            {
                case ACL_USER when entry.Id == who.FsUid:
                    return GrantsMasked(entry, wanted);
                case ACL_GROUP_OBJ when who.InGroup(inode.Gid):
                case ACL_GROUP when who.InGroup(entry.Id):
                    inGroup = true;
                    if ((wanted & ~(uint)entry.Permissions) == 0)
                        return GrantsMasked(entry, wanted);
                    break;
                case ACL_OTHER:
                    return !inGroup && (wanted & ~(uint)entry.Permissions) == 0;
            }
        }
        return false;
    }

    private static bool IsValid(Entry[] entries)
    {
        // The order of acl_valid(3): owner, users, group, groups, mask, others.
        ushort next = ACL_USER_OBJ;
        bool needsMask = false;
        foreach (Entry entry in entries)
        {
            if ((entry.Permissions & ~7) != 0)
                return false;
            switch (entry.Tag)
            {
                case ACL_USER_OBJ when next == ACL_USER_OBJ:
                    next = ACL_USER;
                    break;
                case ACL_USER when next == ACL_USER:
                    needsMask = true;
                    break;
                case ACL_GROUP_OBJ when next == ACL_USER:
                    next = ACL_GROUP;
                    break;
                case ACL_GROUP when next == ACL_GROUP:
                    needsMask = true;
                    break;
                case ACL_MASK when next == ACL_GROUP:
                    next = ACL_OTHER;
                    break;
                case ACL_OTHER when next == ACL_OTHER || (next == ACL_GROUP && !needsMask):
                    next = 0;
                    break;
                default:
                    return false;
            }
        }
        return next == 0;
    }

    private FileAcl Change(uint mode, Func<uint, uint, uint> combine)
    {
        var changed = (Entry[])entries.Clone();
        bool hasMask = Array.Exists(changed, entry => entry.Tag == ACL_MASK);
        for (int i = 0; i < changed.Length; i++)
        {
            uint own = changed[i].Permissions;
            uint permissions = changed[i].Tag switch
            {
                ACL_USER_OBJ => combine(own, mode >> 6 & 7),
                ACL_MASK => combine(own, mode >> 3 & 7),
                ACL_GROUP_OBJ when !hasMask => combine(own, mode >> 3 & 7),
                ACL_OTHER => combine(own, mode & 7),
                _ => own,
            };
            changed[i] = changed[i] with { Permissions = (ushort)permissions };
        }
        return new FileAcl(changed);
    }

    private bool GrantsMasked(Entry entry, uint wanted)
    {
        uint granted = entry.Permissions;
        foreach (Entry other in entries)
        {
            if (other.Tag == ACL_MASK)
                granted &= other.Permissions;
        }
        return (wanted & ~granted) == 0;
    }

    private readonly record struct Entry(ushort Tag, ushort Permissions, uint Id);
}
