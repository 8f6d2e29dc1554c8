namespace Zonix.Kernel.Vfs;

/// <summary>The attributes of an inode that lives in memory, and the lock over them (a leaf).</summary>
public sealed class InodeState
{
    private readonly Lock gate = new();
    private InodeAttributes current;
    private FileAcls? acls;

    /// <summary>Fresh attributes; <paramref name="mode"/> holds the type too.</summary>
    public InodeState(ulong device, ulong number, uint mode, uint uid, uint gid, Timestamp now, uint links = 1, ulong rdev = 0)
    {
        current = new InodeAttributes
        {
            Device = device, Inode = number, Mode = mode, Links = links, Uid = uid, Gid = gid, Rdev = rdev, BlockSize = 4096,
            Access = now, Modify = now, Change = now, Birth = now,
        };
    }

    /// <summary>Attributes that the inode has had before.</summary>
    public InodeState(in InodeAttributes attributes, FileAcls? acls)
    {
        current = attributes;
        this.acls = acls;
    }

    /// <summary>Type, permissions and owner.</summary>
    public InodeAccess Access
    {
        get
        {
            lock (gate)
                return new(current.Mode, current.Uid, current.Gid) { Flags = current.Flags, Acls = acls };
        }
    }

    /// <summary>Inode number.</summary>
    public ulong Number => current.Inode;

    /// <summary>The device it stands for.</summary>
    public ulong Rdev => current.Rdev;

    /// <summary>Names it has.</summary>
    public uint Links
    {
        get
        {
            lock (gate)
                return current.Links;
        }
    }

    /// <summary>All of them; size and blocks are the owner's to fill in.</summary>
    public void Get(out InodeAttributes attributes)
    {
        lock (gate)
            attributes = current;
    }

    /// <summary>Applies a change, but for the size.</summary>
    public void Apply(in AttributeChange change)
    {
        lock (gate)
        {
            change.ApplyTo(ref current);
            if (change.Mode is { } mode && acls?.Access is { } access)
                acls = acls with { Access = access.WithMode(mode) };
        }
    }

    /// <summary>Sets what a new inode has inherited.</summary>
    public void SetAcls(FileAcls? inherited)
    {
        lock (gate)
            acls = inherited;
    }

    /// <summary>Sets the list of who may do what; the mode follows. Null: the mode says all again.</summary>
    public void SetAccessAcl(FileAcl? acl, Timestamp now)
    {
        lock (gate)
        {
            bool isMode = true;
            if (acl is not null)
                current.Mode = acl.ToMode(current.Mode, out isMode);
            current.Change = now;
            acls = FileAcls.Of(isMode ? null : acl, acls?.Default);
        }
    }

    /// <summary>Sets what entries of the directory begin with.</summary>
    public void SetDefaultAcl(FileAcl? acl, Timestamp now)
    {
        lock (gate)
        {
            current.Change = now;
            acls = FileAcls.Of(acls?.Access, acl);
        }
    }

    /// <summary>One name more or less; changes the change time.</summary>
    public uint AddLinks(int count, Timestamp now)
    {
        lock (gate)
        {
            current.Change = now;
            return current.Links = (uint)((int)current.Links + count);
        }
    }

    /// <summary>Content was changed: modification and change time move, set-ID bits go unless whoever runs may keep them.</summary>
    public void Modified(Timestamp now)
    {
        lock (gate)
        {
            current.Modify = current.Change = now;
            if ((current.Mode & (FileModeBits.S_ISUID | FileModeBits.S_ISGID)) != 0 && (current.Mode & FileModeBits.S_IFMT) == FileModeBits.S_IFREG &&
                !Permissions.KeepsSetIdOnWrite(Scheduling.Worker.Current?.Running))
                current.Mode = Permissions.WithoutSetId(current.Mode);
        }
    }
}
