namespace Zonix.Kernel.Memory;

/// <summary>The process that runs in an address space.</summary>
public interface IWindowUser
{
    /// <summary>Whether all its tasks sleep.</summary>
    bool IsIdle { get; }

    /// <summary>Whether more than one task uses it, so that others may write while one of them is inside a call.</summary>
    bool HasManyTasks { get; }

    /// <summary>
    /// Calls <paramref name="replace"/> while no other task of the process runs guest code or is inside a call; then gives the
    /// address space's new window to the CPU contexts of all its tasks. The caller is inside a call of one of the tasks.
    /// </summary>
    void ReplaceWindow(Action replace);
}
