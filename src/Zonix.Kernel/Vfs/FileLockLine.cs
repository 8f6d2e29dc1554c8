namespace Zonix.Kernel.Vfs;

/// <summary>A lock as /proc/locks shows it. proc_locks(5).</summary>
/// <param name="Inode">The file.</param>
/// <param name="Lock">The lock.</param>
/// <param name="IsWaiting">It is waited for, behind the one before it.</param>
/// <param name="IsBreaking">A lease that its holder has been asked to give up.</param>
public readonly record struct FileLockLine(IInode Inode, FileLock Lock, bool IsWaiting, bool IsBreaking);
