namespace Zonix.Kernel.Memory;

/// <summary>The last columns of a line of /proc/[pid]/maps. proc_pid_maps(5).</summary>
/// <param name="Path">Path, or a pseudo-path such as <c>[vdso]</c>; empty for anonymous memory.</param>
/// <param name="Device">st_dev of the file.</param>
/// <param name="Inode">Inode number.</param>
public readonly record struct MemoryObjectName(string Path, ulong Device = 0, ulong Inode = 0);
