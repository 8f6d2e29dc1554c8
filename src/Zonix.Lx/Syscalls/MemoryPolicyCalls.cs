using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Memory nodes: there is one, number 0. numa(7).</summary>
internal static class MemoryPolicyCalls
{
    private const int CAP_SYS_NICE = 23;
    private const uint MPOL_F_NODE = 1, MPOL_F_ADDR = 2, MPOL_F_MEMS_ALLOWED = 4;
    private const uint MPOL_MF_STRICT = 1, MPOL_MF_MOVE = 2, MPOL_MF_MOVE_ALL = 4;
    private const ulong PageBits = AddressSpace.PageSize * 8;
    private const ulong OnlyNode = 1;

    /// <summary>Sets the policy of the caller. set_mempolicy(2).</summary>
    [Syscall(X64 = 238, I386 = 276, Support = Support.Full)]
    internal static SysResult SetMempolicy(KernelTask task, uint mode, UserPointer<ulong> nodes, ulong maxNode)
    {
        Errno error = ReadPolicy(task, mode, nodes, maxNode, out MemoryPolicy? policy);
        if (error != 0)
            return error;
        LxTask.Of(task).MemoryPolicy = policy;
        return SysResult.Success;
    }

    /// <summary>Tells the policy of the caller or of an address, the node of a page, or the nodes there are. get_mempolicy(2).</summary>
    [Syscall(X64 = 239, I386 = 275, Support = Support.Full)]
    internal static SysResult GetMempolicy(
        KernelTask task, UserPointer<int> mode, UserPointer<ulong> nodes, ulong maxNode, UserAddress address, uint flags)
    {
        if (!nodes.IsNull && maxNode < 1)
            return Errno.EINVAL;
        if ((flags & ~(MPOL_F_NODE | MPOL_F_ADDR | MPOL_F_MEMS_ALLOWED)) != 0)
            return Errno.EINVAL;
        if ((flags & MPOL_F_MEMS_ALLOWED) != 0)
            return (flags & (MPOL_F_NODE | MPOL_F_ADDR)) != 0 ? Errno.EINVAL : Answer(task, mode, 0, nodes, maxNode, OnlyNode);
        MemoryPolicy? policy = LxTask.Of(task).MemoryPolicy;
        if ((flags & MPOL_F_ADDR) != 0)
        {
            if (!task.Memory.TryGetPolicy(address.Value, out MemoryPolicy? own))
                return Errno.EFAULT;
            policy = own;
        }
        else if (!address.IsNull)
        {
            return Errno.EINVAL;
        }

        int value = policy is null ? 0 : (int)policy.Mode | (int)policy.Flags;
        if ((flags & MPOL_F_NODE) != 0)
        {
            // Of a page: it is brought in to see where it lies. Of the task: the node that is next in turn.
            if ((flags & MPOL_F_ADDR) != 0 ? !task.Memory.TryRead<byte>(address, out _) : !IsInterleaved(policy))
                return (flags & MPOL_F_ADDR) != 0 ? Errno.EFAULT : Errno.EINVAL;
            value = 0;
        }

        return Answer(task, mode, value, nodes, maxNode, policy?.Nodes ?? 0);
    }

    /// <summary>Sets the policy of a range. mbind(2).</summary>
    [Syscall(X64 = 237, I386 = 274, Support = Support.Full)]
    internal static SysResult Mbind(
        KernelTask task, UserAddress address, ulong length, uint mode, UserPointer<ulong> nodes, ulong maxNode, uint flags)
    {
        Errno error = ReadPolicy(task, mode, nodes, maxNode, out MemoryPolicy? policy);
        if (error != 0)
            return error;
        if ((flags & ~(MPOL_MF_STRICT | MPOL_MF_MOVE | MPOL_MF_MOVE_ALL)) != 0)
            return Errno.EINVAL;
        if ((flags & MPOL_MF_MOVE_ALL) != 0 && !task.Credentials.Has(CAP_SYS_NICE))
            return Errno.EPERM;
        return task.Memory.SetPolicy(address.Value, length, policy);
    }

    /// <summary>Moves a process's pages between nodes. migrate_pages(2).</summary>
    /// <returns>0: no page could not be moved; EINVAL, ESRCH, EPERM, EFAULT.</returns>
    [Syscall(X64 = 256, I386 = 294, Support = Support.Full)]
    internal static SysResult MigratePages(KernelTask task, Pid pid, ulong maxNode, UserPointer<ulong> from, UserPointer<ulong> to)
    {
        Errno error = ReadNodes(task, from, maxNode, out _);
        ulong wanted = 0;
        if (error == 0)
            error = ReadNodes(task, to, maxNode, out wanted);
        if (error != 0)
            return error;
        if (Find(task, pid) is not { } target)
            return Errno.ESRCH;
        if (!PtraceAccess.IsAllowed(task, target))
            return Errno.EPERM;
        if ((wanted & ~OnlyNode) != 0 && !task.Credentials.Has(CAP_SYS_NICE))
            return Errno.EPERM;
        return (wanted & OnlyNode) == 0 ? Errno.EINVAL : SysResult.Success;
    }

    /// <summary>Tells on which node pages lie, and moves them. move_pages(2).</summary>
    [Syscall(X64 = 279, I386 = 317, Support = Support.Full)]
    internal static SysResult MovePages(
        KernelTask task, Pid pid, ulong count, UserPointer<GuestWord> pages, UserPointer<int> nodes, UserPointer<int> status, uint flags)
    {
        if ((flags & ~(MPOL_MF_MOVE | MPOL_MF_MOVE_ALL)) != 0)
            return Errno.EINVAL;
        if ((flags & MPOL_MF_MOVE_ALL) != 0 && !task.Credentials.Has(CAP_SYS_NICE))
            return Errno.EPERM;
        if (Find(task, pid) is not { } target)
            return Errno.ESRCH;
        if (!PtraceAccess.IsAllowed(task, target))
            return Errno.EPERM;
        for (ulong i = 0; i < count; i++)
        {
            if (!task.TryRead(task.Element(pages, (int)i), out GuestWord page))
                return Errno.EFAULT;
            if (!nodes.IsNull)
            {
                if (!task.Memory.TryRead(nodes.Address + (i * sizeof(int)), out int node))
                    return Errno.EFAULT;
                if (node != 0)
                    return Errno.ENODEV;
            }

            int where = target.Memory.IsPagePresent(page.Value) switch
            {
                true => 0,
                false => -(int)Errno.ENOENT,
                null => -(int)Errno.EFAULT,
            };
            if (!task.Memory.TryWrite(status.Address + (i * sizeof(int)), where))
                return Errno.EFAULT;
        }

        return SysResult.Success;
    }

    /// <summary>Sets the node that a policy starts from. set_mempolicy_home_node(2).</summary>
    [Syscall(X64 = 450, I386 = 450, Support = Support.Full)]
    internal static SysResult SetMempolicyHomeNode(KernelTask task, UserAddress address, ulong length, ulong node, ulong flags)
    {
        if ((address.Value & (AddressSpace.PageSize - 1)) != 0 || flags != 0 || node != 0)
            return Errno.EINVAL;
        ulong end = unchecked(address.Value + length);
        if (end < address.Value)
            return Errno.EINVAL;
        for (ulong at = address.Value; at < end; at += AddressSpace.PageSize)
        {
            if (!task.Memory.TryGetPolicy(at, out MemoryPolicy? policy))
                return Errno.ENOENT;
            if (policy is not null && policy.Mode is not (PolicyMode.MPOL_BIND or PolicyMode.MPOL_PREFERRED_MANY))
                return Errno.EOPNOTSUPP;
        }

        return SysResult.Success;
    }

    private static KernelTask? Find(KernelTask task, Pid pid) => pid.Value == 0 ? task : task.Process.Pids.Tasks[new Tid(pid.Value)];

    private static bool IsInterleaved(MemoryPolicy? policy) =>
        policy?.Mode is PolicyMode.MPOL_INTERLEAVE or PolicyMode.MPOL_WEIGHTED_INTERLEAVE;

    private static Errno ReadPolicy(KernelTask task, uint mode, UserPointer<ulong> pointer, ulong maxNode, out MemoryPolicy? policy)
    {
        const uint Static = 1 << 15, Relative = 1 << 14, Balancing = 1 << 13;
        policy = null;
        uint flags = mode & (Static | Relative | Balancing);
        var kind = (PolicyMode)(mode & ~flags);
        if ((uint)kind > (uint)PolicyMode.MPOL_WEIGHTED_INTERLEAVE || (flags & (Static | Relative)) == (Static | Relative))
            return Errno.EINVAL;
        if ((flags & Balancing) != 0 && kind is not (PolicyMode.MPOL_BIND or PolicyMode.MPOL_PREFERRED_MANY))
            return Errno.EINVAL;
        Errno error = ReadNodes(task, pointer, maxNode, out ulong nodes);
        if (error != 0)
            return error;
        if (kind == PolicyMode.MPOL_DEFAULT)
            return nodes == 0 ? 0 : Errno.EINVAL;
        if (nodes == 0)
        {
            // No node at all is the one where the task runs.
            if (kind is not (PolicyMode.MPOL_PREFERRED or PolicyMode.MPOL_LOCAL) || (flags & (Static | Relative)) != 0)
                return Errno.EINVAL;
            policy = new MemoryPolicy(PolicyMode.MPOL_LOCAL, flags, 0);
            return 0;
        }

        if (kind == PolicyMode.MPOL_LOCAL || ((nodes & OnlyNode) == 0 && (flags & Relative) == 0))
            return Errno.EINVAL;
        policy = new MemoryPolicy(kind, flags, OnlyNode);
        return 0;
    }

    private static Errno ReadNodes(KernelTask task, UserPointer<ulong> pointer, ulong maxNode, out ulong nodes)
    {
        nodes = 0;
        ulong bits = unchecked(maxNode - 1);
        if (bits == 0 || maxNode == 0 || pointer.IsNull)
            return 0;
        if (bits > PageBits)
            return Errno.EINVAL;
        for (ulong at = 0; at < bits; at += 64)
        {
            if (!task.Memory.TryRead(pointer.Address + (at / 8), out ulong word))
                return Errno.EFAULT;
            if (bits - at < 64)
                word &= (1UL << (int)(bits - at)) - 1;
            // Nodes that there cannot be.
            const ulong MostNodes = 1024;
            if (at >= MostNodes && word != 0)
                return Errno.EINVAL;
            nodes |= at == 0 ? word : word != 0 ? 1UL << 63 : 0;
        }

        return 0;
    }

    private static SysResult Answer(KernelTask task, UserPointer<int> mode, int value, UserPointer<ulong> pointer, ulong maxNode, ulong nodes)
    {
        if (!mode.IsNull && !task.Memory.TryWrite(mode, value))
            return Errno.EFAULT;
        if (pointer.IsNull)
            return SysResult.Success;
        ulong bytes = ((maxNode - 1 + 63) & ~63UL) / 8;
        if (bytes > AddressSpace.PageSize)
            return Errno.EINVAL;
        if (bytes > sizeof(ulong) && task.Memory.Clear(pointer.Address + sizeof(ulong), (nuint)(bytes - sizeof(ulong))) != bytes - sizeof(ulong))
            return Errno.EFAULT;
        return bytes == 0 || task.Memory.TryWrite(pointer, nodes) ? SysResult.Success : Errno.EFAULT;
    }
}
