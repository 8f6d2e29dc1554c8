namespace Zonix.Kernel.Vfs;

/// <summary>The open descriptors of a process.</summary>
public sealed class FileTable
{
}
