namespace Zonix.Kernel.Vfs;

/// <summary>The access control lists of an inode. acl(5).</summary>
/// <param name="Access">Who may do what with it; null: the mode says all.</param>
/// <param name="Default">What entries of the directory begin with; null: nothing.</param>
public sealed record FileAcls(FileAcl? Access, FileAcl? Default)
{
    /// <summary>Both lists, or null when there is neither.</summary>
    public static FileAcls? Of(FileAcl? access, FileAcl? inherited) =>
        access is null && inherited is null ? null : new FileAcls(access, inherited);
}
