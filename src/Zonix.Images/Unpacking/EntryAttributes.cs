namespace Zonix.Images.Unpacking;

/// <summary>What an entry of a tree carries besides its name and its content.</summary>
/// <param name="Mode">Permission bits with set-ID and sticky; for nodes the type too (S_IFCHR ...).</param>
/// <param name="Uid">Owner, as guests see it.</param>
/// <param name="Gid">Group, as guests see it.</param>
/// <param name="Modify">When its content was changed last.</param>
public readonly record struct EntryAttributes(uint Mode, uint Uid, uint Gid, Timestamp Modify)
{
    /// <summary>When it was read last; null: as <see cref="Modify"/>.</summary>
    public Timestamp? Access { get; init; }

    /// <summary>Its extended attributes; null: none. Those that the file system does not keep are left out.</summary>
    public IReadOnlyList<ExtendedAttribute>? Extended { get; init; }
}
