using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;
using Zonix.Lx.Syscalls;

namespace Zonix.Lx.Uring;

/// <summary>IORING_OP_POLL_ADD: one answer, or with IORING_POLL_ADD_MULTI one for each wake-up that finds the file ready.</summary>
internal sealed class UringPoll(UringFile ring, UringRequest request, OpenFileDescription file, PollEvents wanted, bool repeats) : IOperation
{
    private bool begun = !repeats;

    /// <summary>Looks, and waits if the file is not ready.</summary>
    public static SysResult Start(UringFile ring, UringRequest request, bool repeats)
    {
        OpenFileDescription file = request.File!;
        var wanted = (PollEvents)request.Entry.OperationFlags | PollEvents.POLLERR | PollEvents.POLLHUP;
        if (file.Pollable is not { } pollable)
            return (long)(PollSet.Ask(file, wanted) & wanted);
        return request.Task.Block([pollable.ReadQueue, pollable.WriteQueue], new UringPoll(ring, request, file, wanted, repeats));
    }

    public bool Try(KernelTask task, out SysResult result)
    {
        result = 0;
        if (!begun)
        {
            // It is enrolled first: what it sees before might be told twice.
            begun = true;
            return false;
        }
        PollEvents ready = PollSet.Ask(file, wanted) & wanted;
        result = (long)ready;
        if (ready == 0)
            return false;
        if (!repeats)
            return true;
        ring.ReportMore(request, (int)ready);
        return false;
    }
}
