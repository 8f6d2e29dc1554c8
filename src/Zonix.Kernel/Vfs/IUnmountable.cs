namespace Zonix.Kernel.Vfs;

/// <summary>A file system that has something to free when nobody can reach it any more.</summary>
public interface IUnmountable
{
    /// <summary>Its last mount, and its last user, are gone. Called once, with no lock held.</summary>
    void Unmounted();
}
