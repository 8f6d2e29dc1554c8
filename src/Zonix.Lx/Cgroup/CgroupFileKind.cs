using Zonix.Abi;
using Zonix.Kernel.Groups;

namespace Zonix.Lx.Cgroup;

/// <summary>A file that control groups have: its name, when it is there, and what reading and writing it do.</summary>
internal sealed record CgroupFileKind(string Name, Controllers Controller)
{
    /// <summary>Whether the root has it, which is the zone and belongs to no parent.</summary>
    internal bool OnRoot { get; init; } = true;

    /// <summary>Whether it can be written in the root too.</summary>
    internal bool RootWritable { get; init; }

    /// <summary>Whether it belongs to whom the group is given, rather than to who gives it: a namespace begins at the group. cgroups(7).</summary>
    internal bool IsDelegated { get; init; }

    /// <summary>Its text; null: it cannot be read.</summary>
    internal Func<ControlGroup, string>? Read { get; init; }

    /// <summary>Takes what is written, without blanks at its ends; null: it cannot be written.</summary>
    internal Func<CgroupOpener, ControlGroup, string, Errno>? Write { get; init; }

    /// <summary>What those who poll it are told of; null: nothing.</summary>
    internal Func<ControlGroup, GroupEvent>? Event { get; init; }

    /// <summary>Whether a group has it.</summary>
    internal bool IsIn(ControlGroup group) =>
        (group.Parent is not null || OnRoot) && (Controller == Controllers.None || (group.Available & Controller) != 0);

    /// <summary>Whether it takes what is written to it.</summary>
    internal bool IsWritableIn(ControlGroup group) => Write is not null && (group.Parent is not null || RootWritable);

    /// <summary>Its permissions in a group.</summary>
    internal uint PermissionsIn(ControlGroup group)
    {
        const uint ReadAll = 0x124, WriteOwner = 0x80;
        return (Read is null ? 0 : ReadAll) | (IsWritableIn(group) ? WriteOwner : 0);
    }
}
