namespace Zonix.Kernel.Vfs;

/// <summary>Counts the shared mappings through which a file may be written: a seal against writing waits for none. F_ADD_SEALS.</summary>
public interface IWritableMappings
{
    /// <summary>One of them is gone. Called under an address space's lock: takes no lock.</summary>
    void Unmapped();
}
