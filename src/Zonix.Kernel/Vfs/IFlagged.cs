namespace Zonix.Kernel.Vfs;

/// <summary>A file whose transfers depend on the status flags of its description, of which it has one only. fcntl(2), F_SETFL.</summary>
public interface IFlagged : IFile
{
    /// <summary>Told whenever they change, and when the description is made.</summary>
    OpenFlags StatusFlags { set; }
}
