namespace Zonix.Kernel.Vfs;

/// <summary>The options without a value that every file system knows. mount(8), "filesystem-independent mount options".</summary>
public static class SuperblockOption
{
    /// <summary>Sets or clears a flag by its name; false when it is not one of these.</summary>
    public static bool TryApply(string name, ref MountFlags flags)
    {
        (MountFlags set, MountFlags clear) = name switch
        {
            "ro" => (MountFlags.MS_RDONLY, (MountFlags)0),
            "rw" => ((MountFlags)0, MountFlags.MS_RDONLY),
            "sync" => (MountFlags.MS_SYNCHRONOUS, (MountFlags)0),
            "async" => ((MountFlags)0, MountFlags.MS_SYNCHRONOUS),
            "dirsync" => (MountFlags.MS_DIRSYNC, (MountFlags)0),
            "lazytime" => (MountFlags.MS_LAZYTIME, (MountFlags)0),
            "nolazytime" => ((MountFlags)0, MountFlags.MS_LAZYTIME),
            "mand" => (MountFlags.MS_MANDLOCK, (MountFlags)0),
            "nomand" => ((MountFlags)0, MountFlags.MS_MANDLOCK),
            _ => default,
        };
        if ((set | clear) == 0)
            return false;
        flags = (flags & ~clear) | set;
        return true;
    }
}
