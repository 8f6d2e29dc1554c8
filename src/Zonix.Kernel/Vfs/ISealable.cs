namespace Zonix.Kernel.Vfs;

/// <summary>A file in memory that can be sealed against changes. fcntl(2), F_ADD_SEALS.</summary>
public interface ISealable : IFile
{
    /// <summary>F_SEAL_*.</summary>
    uint Seals { get; }

    /// <summary>Adds seals: EPERM, EBUSY.</summary>
    Errno AddSeals(uint seals);
}
