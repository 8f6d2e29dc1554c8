namespace Zonix.Kernel.Vfs;

/// <summary>
/// Mounts between which events propagate, and those that only receive them. mount_namespaces(7), "Shared subtrees".
/// Under the mount table's gate.
/// </summary>
internal sealed class PeerGroup(int id)
{
    /// <summary>The number that mountinfo shows behind "shared:" and "master:".</summary>
    public int Id => id;

    /// <summary>The mounts that send and receive.</summary>
    public List<Mount> Members { get; } = [];

    /// <summary>The mounts that only receive.</summary>
    public List<Mount> Slaves { get; } = [];
}
