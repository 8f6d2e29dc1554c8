namespace Zonix.Kernel.Vfs;

/// <summary>How a path is walked.</summary>
[Flags]
public enum WalkFlags
{
    /// <summary>To the end, which must exist; a symbolic link at the end is not followed.</summary>
    None = 0,

    /// <summary>A symbolic link at the end is followed.</summary>
    Follow = 1,

    /// <summary>The last name may be missing: for calls that make, take away or move it.</summary>
    Parent = 2,

    /// <summary>The end must be a directory.</summary>
    Directory = 4,

    /// <summary>A missing path is the starting point. AT_EMPTY_PATH.</summary>
    Empty = 8,
}
