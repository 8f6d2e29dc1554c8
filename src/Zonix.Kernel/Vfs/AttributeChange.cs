namespace Zonix.Kernel.Vfs;

/// <summary>A change to attributes; only the fields that are set change. The caller has checked that it is permitted.</summary>
public struct AttributeChange
{
    /// <summary>New permission bits (without the type).</summary>
    public uint? Mode;

    /// <summary>New owner.</summary>
    public uint? Uid, Gid;

    /// <summary>New size: truncates or extends.</summary>
    public ulong? Size;

    /// <summary>New time stamps.</summary>
    public Timestamp? Access, Modify;

    /// <summary>New flags: FS_IMMUTABLE_FL ...</summary>
    public InodeFlags? Flags;

    /// <summary>When the change is made; becomes the change time.</summary>
    public Timestamp Now;

    /// <summary>Applies all but the size.</summary>
    public readonly void ApplyTo(ref InodeAttributes attributes)
    {
        if (Mode is { } mode)
            attributes.Mode = (attributes.Mode & FileModeBits.S_IFMT) | (mode & FileModeBits.PermissionMask);
        attributes.Uid = Uid ?? attributes.Uid;
        attributes.Gid = Gid ?? attributes.Gid;
        attributes.Access = Access ?? attributes.Access;
        attributes.Modify = Modify ?? attributes.Modify;
        attributes.Flags = Flags ?? attributes.Flags;
        attributes.Change = Now;
    }
}
