namespace Zonix.Kernel.Vfs;

/// <summary>Root, working directory and umask of a task.</summary>
public sealed class FsContext
{
}
