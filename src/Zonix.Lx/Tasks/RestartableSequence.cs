using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Tasks;

/// <summary>
/// The registration of a task for restartable sequences: where it is told its CPU, and where it says in which critical
/// section it is. A section is aborted when the task was preempted, moved or took a signal in it. rseq(2).
/// </summary>
internal sealed class RestartableSequence
{
    private const ulong UserAddressLimit = 0x7FFF_FFFF_F000;
    private const uint Uninitialized = unchecked((uint)-1);
    private const int SectionOffset = 8;
    private const int NodeOffset = 20;
    private const int SectionSize = 32;

    /// <summary>The structure, 0 when there is none.</summary>
    internal UserAddress Address { get; private set; }

    internal uint Length { get; private set; }

    internal uint Signature { get; private set; }

    internal void Register(KernelTask task, UserAddress address, uint length, uint signature)
    {
        (Address, Length, Signature) = (address, length, signature);
        task.NoteMoves(true);
    }

    /// <summary>Ends the registration; false: the structure cannot be written.</summary>
    internal bool Unregister(KernelTask task)
    {
        if (!WriteCpu(task, 0, Uninitialized, 0))
        {
            return false;
        }

        Forget(task);
        return true;
    }

    /// <summary>execve(2): the structure is gone with the memory.</summary>
    internal void Forget(KernelTask task)
    {
        (Address, Length, Signature) = (default, 0, 0);
        task.NoteMoves(false);
        task.Clear(TaskAttention.Moved);
    }

    /// <summary>fork(2).</summary>
    internal void InheritFrom(KernelTask child, RestartableSequence maker)
    {
        if (!maker.Address.IsNull)
        {
            Register(child, maker.Address, maker.Length, maker.Signature);
        }
    }

    /// <summary>Aborts a critical section the task is in, and tells it its CPU. False: the guest's structures are wrong, SIGSEGV.</summary>
    internal bool Update(KernelTask task)
    {
        if (Address.IsNull)
        {
            return true;
        }

        var cpu = (uint)task.LastCpu;
        return AbortSection(task) && WriteCpu(task, cpu, cpu, cpu);
    }

    private bool AbortSection(KernelTask task)
    {
        if (!task.Memory.TryRead(Address + SectionOffset, out ulong section))
        {
            return false;
        }

        if (section == 0)
        {
            return true;
        }

        // struct rseq_cs: version, flags, start_ip, post_commit_offset, abort_ip.
        Span<byte> raw = stackalloc byte[SectionSize];
        if (section >= UserAddressLimit || !task.Memory.TryCopyIn(new UserAddress(section), raw))
        {
            return false;
        }

        var version = BitConverter.ToUInt32(raw);
        var flags = BitConverter.ToUInt32(raw[4..]);
        var start = BitConverter.ToUInt64(raw[8..]);
        var length = BitConverter.ToUInt64(raw[16..]);
        var abort = BitConverter.ToUInt64(raw[24..]);
        if (start >= UserAddressLimit || unchecked(start + length) >= UserAddressLimit || abort >= UserAddressLimit ||
            unchecked(start + length) < start || version > 0 || unchecked(abort - start) < length)
        {
            return false;
        }

        // The signature before the handler shows that somebody meant it to be one.
        if (!task.Memory.TryRead(new UserAddress(abort - 4), out uint found) || found != Signature)
        {
            return false;
        }

        ref var registers = ref task.Cpu.Registers;
        var isInside = unchecked(registers.Rip - start) < length;
        if ((isInside && flags != 0) || !task.Memory.TryWrite(Address + SectionOffset, 0UL))
        {
            return false;
        }

        if (isInside)
        {
            registers.Rip = abort;
        }

        return true;
    }

    /// <summary>cpu_id_start and cpu_id, and where they exist node_id and mm_cid.</summary>
    private bool WriteCpu(KernelTask task, uint start, uint cpu, uint concurrency) =>
        task.Memory.TryWrite(Address, start | ((ulong)cpu << 32)) && task.Memory.TryWrite(Address + NodeOffset, (ulong)concurrency << 32);
}
