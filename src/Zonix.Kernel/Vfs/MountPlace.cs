namespace Zonix.Kernel.Vfs;

/// <summary>Where a mount is attached; one object, so that a walk without a lock sees both parts of it.</summary>
internal sealed record MountPlace(Mount Parent, Dentry Dentry);
