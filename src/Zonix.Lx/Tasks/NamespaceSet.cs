using Zonix.Abi;
using Zonix.Kernel.Groups;
using Zonix.Kernel.Ipc;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Tasks;

/// <summary>
/// The namespaces of a task. Mounts, names, IPC and the view of control groups can be a task's own; of the other kinds all processes of a zone
/// share one.
/// Immutable: a change makes a new one. namespaces(7).
/// </summary>
internal sealed class NamespaceSet
{
    /// <summary>All kinds of clone(2) and unshare(2).</summary>
    internal const CloneFlags AllKinds = CloneFlags.CLONE_NEWNS | CloneFlags.CLONE_NEWUTS | CloneFlags.CLONE_NEWIPC | CloneFlags.CLONE_NEWUSER |
        CloneFlags.CLONE_NEWPID | CloneFlags.CLONE_NEWNET | CloneFlags.CLONE_NEWCGROUP | CloneFlags.CLONE_NEWTIME;

    /// <summary>Those that can be made here.</summary>
    internal const CloneFlags NewKinds = CloneFlags.CLONE_NEWNS | CloneFlags.CLONE_NEWUTS | CloneFlags.CLONE_NEWIPC | CloneFlags.CLONE_NEWCGROUP;

    // Linux's own number of its first time namespace; the others follow.
    private const ulong FirstNumber = 4026531834;

    private readonly Namespace[] entries;

    private NamespaceSet(Namespace[] entries)
    {
        this.entries = entries;
        Uts = (UtsNamespace)Find("uts")!.Content!;
        Ipc = (IpcNamespace)Find("ipc")!.Content!;
    }

    /// <summary>All of them, by name.</summary>
    internal IReadOnlyList<Namespace> Entries => entries;

    /// <summary>Names.</summary>
    internal UtsNamespace Uts { get; }

    /// <summary>System V IPC and POSIX message queues.</summary>
    internal IpcNamespace Ipc { get; }

    /// <summary>The control group that is the root in what the task sees; null: that of the zone. cgroup_namespaces(7).</summary>
    internal ControlGroup? GroupRoot => Find("cgroup")!.Content as ControlGroup;

    /// <summary>The first ones of a zone.</summary>
    internal static NamespaceSet CreateInitial(MountNamespace? mounts)
    {
        ulong number = FirstNumber;
        return new NamespaceSet(
        [
            new Namespace("cgroup", CloneFlags.CLONE_NEWCGROUP, number++, null),
            new Namespace("ipc", CloneFlags.CLONE_NEWIPC, number++, new IpcNamespace()),
            Mounted(number++, mounts),
            new Namespace("net", CloneFlags.CLONE_NEWNET, number++, null),
            new Namespace("pid", CloneFlags.CLONE_NEWPID, number++, null),
            new Namespace("time", CloneFlags.CLONE_NEWTIME, number++, null),
            new Namespace("user", CloneFlags.CLONE_NEWUSER, number++, null),
            new Namespace("uts", CloneFlags.CLONE_NEWUTS, number, new UtsNamespace()),
        ]);
    }

    /// <summary>The one of a name; null if there is none.</summary>
    internal Namespace? Find(string name)
    {
        foreach (Namespace entry in entries)
        {
            if (entry.Name == name)
                return entry;
        }

        return null;
    }

    /// <summary>
    /// New ones of the kinds of <see cref="NewKinds"/> that <paramref name="kinds"/> names, like those here, for a process in
    /// <paramref name="group"/>, whose <paramref name="files"/> go over to the new mounts. The caller is their user.
    /// </summary>
    internal IEnumerable<Namespace> MakeNew(CloneFlags kinds, LxBrand brand, ControlGroup? group, FsContext files)
    {
        if ((kinds & CloneFlags.CLONE_NEWNS) != 0)
            yield return Mounted(brand.NextNamespaceNumber(), files.UnshareMounts());
        if ((kinds & CloneFlags.CLONE_NEWCGROUP) != 0)
            yield return new Namespace("cgroup", CloneFlags.CLONE_NEWCGROUP, brand.NextNamespaceNumber(), group);
        if ((kinds & CloneFlags.CLONE_NEWUTS) != 0)
            yield return new Namespace("uts", CloneFlags.CLONE_NEWUTS, brand.NextNamespaceNumber(), Uts.Clone());
        if ((kinds & CloneFlags.CLONE_NEWIPC) != 0)
            yield return new Namespace("ipc", CloneFlags.CLONE_NEWIPC, brand.NextNamespaceNumber(), new IpcNamespace());
    }

    private static Namespace Mounted(ulong number, MountNamespace? mounts)
    {
        if (mounts is not null)
            mounts.Number = number;
        return new Namespace("mnt", CloneFlags.CLONE_NEWNS, number, mounts);
    }

    /// <summary>One more task uses them; only from a task that does.</summary>
    internal NamespaceSet Acquire()
    {
        foreach (Namespace entry in entries)
            entry.TryAcquire();
        return this;
    }

    /// <summary>A task less uses them.</summary>
    internal void Release()
    {
        foreach (Namespace entry in entries)
            entry.Release();
    }

    /// <summary>With another one in place of that of its kind. setns(2).</summary>
    internal NamespaceSet With(Namespace other)
    {
        var changed = (Namespace[])entries.Clone();
        int at = Array.FindIndex(changed, entry => entry.Kind == other.Kind);
        changed[at] = other;
        return new NamespaceSet(changed);
    }
}
