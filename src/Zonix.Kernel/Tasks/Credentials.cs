using Zonix.Abi;

namespace Zonix.Kernel.Tasks;

/// <summary>
/// The identity of a task. Immutable: a change makes a new one, so that a check in progress sees one identity only and
/// threads may share it. credentials(7), capabilities(7).
/// </summary>
public sealed record Credentials
{
    /// <summary>Every capability that this kernel knows (CAP_CHECKPOINT_RESTORE is the last).</summary>
    public const ulong AllCapabilities = (1UL << 41) - 1;

    /// <summary>root with all capabilities.</summary>
    public static Credentials Root { get; } = new();

    /// <summary>Real user.</summary>
    public uint Uid { get; init; }

    /// <summary>Effective user.</summary>
    public uint EffectiveUid { get; init; }

    /// <summary>Saved user.</summary>
    public uint SavedUid { get; init; }

    /// <summary>User for file system checks.</summary>
    public uint FsUid { get; init; }

    /// <summary>Real group.</summary>
    public uint Gid { get; init; }

    /// <summary>Effective group.</summary>
    public uint EffectiveGid { get; init; }

    /// <summary>Saved group.</summary>
    public uint SavedGid { get; init; }

    /// <summary>Group for file system checks.</summary>
    public uint FsGid { get; init; }

    /// <summary>Supplementary groups.</summary>
    public IReadOnlyList<uint> Groups { get; init; } = [];

    /// <summary>Effective capabilities.</summary>
    public ulong EffectiveCapabilities { get; init; } = AllCapabilities;

    /// <summary>Permitted capabilities.</summary>
    public ulong PermittedCapabilities { get; init; } = AllCapabilities;

    /// <summary>Inheritable capabilities.</summary>
    public ulong InheritableCapabilities { get; init; }

    /// <summary>Ambient capabilities.</summary>
    public ulong AmbientCapabilities { get; init; }

    /// <summary>Capability bounding set.</summary>
    public ulong BoundingCapabilities { get; init; } = AllCapabilities;

    /// <summary>PR_SET_NO_NEW_PRIVS.</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>PR_SET_SECUREBITS and PR_SET_KEEPCAPS.</summary>
    public SecureBits SecureBits { get; init; }

    /// <summary>Whether a securebit is set.</summary>
    public bool Has(SecureBits bit) => (SecureBits & bit) != 0;

    /// <summary>Whether the effective set holds capability number <paramref name="capability"/>.</summary>
    public bool Has(int capability) => (EffectiveCapabilities & (1UL << capability)) != 0;

    /// <summary>Whether <paramref name="gid"/> is the file system group or a supplementary one.</summary>
    public bool InGroup(uint gid)
    {
        if (gid == FsGid)
        {
            return true;
        }

        for (var i = 0; i < Groups.Count; i++)
        {
            if (Groups[i] == gid)
            {
                return true;
            }
        }

        return false;
    }
}
