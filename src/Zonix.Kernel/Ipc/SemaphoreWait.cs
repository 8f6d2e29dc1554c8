using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Ipc;

/// <summary>The operations of one semop(2), done all at once or not at all.</summary>
internal sealed class SemaphoreWait(KernelTask task, Lock gate, SemaphoreSet set, SemBuf[] operations, int[]? undo) : IpcWait(task, gate)
{
    private bool alters;

    /// <summary>The operation that cannot be done yet.</summary>
    public SemBuf Blocking { get; private set; }

    /// <summary>Does all of it, or finds out that it must wait. Under the gate.</summary>
    /// <returns>False: it must wait.</returns>
    public bool Perform(out SysResult result)
    {
        int done = 0;
        result = 0;
        for (; done < operations.Length; done++)
        {
            ref readonly SemBuf operation = ref operations[done];
            ref int value = ref set.Values[operation.Number];
            int after = value + operation.Operation;
            bool blocks = operation.Operation == 0 ? value != 0 : after < 0;
            if (blocks)
            {
                Blocking = operation;
                result = Errno.EAGAIN;
                break;
            }
            int adjusted = (operation.Flags & SemBuf.SEM_UNDO) != 0 ? undo![operation.Number] - operation.Operation : 0;
            if (after > SemaphoreSets.SEMVMX || adjusted < -SemaphoreSets.SEMVMX - 1 || adjusted > SemaphoreSets.SEMVMX)
            {
                result = Errno.ERANGE;
                break;
            }
            if ((operation.Flags & SemBuf.SEM_UNDO) != 0)
                undo![operation.Number] = adjusted;
            value = after;
        }
        if (done < operations.Length)
        {
            TakeBack(done);
            return result == Errno.ERANGE || (Blocking.Flags & SemBuf.IPC_NOWAIT) != 0;
        }
        foreach (SemBuf operation in operations)
            set.LastPids[operation.Number] = Task.Process.Pid.Value;
        return true;
    }

    protected override bool Attempt(out SysResult result)
    {
        result = Errno.EIDRM;
        if (set.IsRemoved)
            return true;
        foreach (SemBuf operation in operations)
            alters |= operation.Operation != 0;
        if (!Perform(out result))
        {
            (alters ? set.Writers : set.Readers).AddLast(this);
            return false;
        }
        if (!result.IsError)
        {
            set.OperationTime = IpcNamespace.Now(Task);
            if (alters)
                set.Serve(set.OperationTime);
        }
        return true;
    }

    protected override void Leave() => (alters ? set.Writers : set.Readers).Remove(this);

    private void TakeBack(int count)
    {
        while (--count >= 0)
        {
            SemBuf operation = operations[count];
            set.Values[operation.Number] -= operation.Operation;
            if ((operation.Flags & SemBuf.SEM_UNDO) != 0)
                undo![operation.Number] += operation.Operation;
        }
    }
}
