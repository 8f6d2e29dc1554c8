using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Uring;

/// <content>The life of a request: begun, perhaps parked, completed; chains and draining.</content>
internal sealed partial class UringFile
{
    /// <summary>Begins a request, or a chain with its first. A chain with a refused member does not begin.</summary>
    private void Begin(UringRequest head)
    {
        for (UringRequest? one = head; one is not null; one = one.Next)
        {
            if (one.Refusal == 0)
                continue;
            for (UringRequest? other = head; other is not null; other = other.Next)
            {
                Release(other);
                Report(other, other.Refusal != 0 ? other.Refusal : Errno.ECANCELED, isInline: true);
            }
            return;
        }
        lock (gate)
        {
            bool drains = (head.Entry.Flags & UringRequestFlags.IOSQE_IO_DRAIN) != 0;
            if (deferred.Count > 0 || draining is not null || (drains && inFlight > 0))
            {
                head.Park();
                deferred.Enqueue(head);
                return;
            }
            if (drains)
                draining = head;
        }
        Launch(head, isInline: true);
    }

    /// <summary>
    /// Has a request's task start it: at once, or when what it is just starting has been started (so that long chains do not
    /// nest); by way of its work, when another task calls.
    /// </summary>
    private void Launch(UringRequest request, bool isInline)
    {
        lock (gate)
            inFlight++;
        if (!ReferenceEquals(Worker.Current?.Running, request.Task))
        {
            request.Task.AddWork(new UringStart(this, request));
            return;
        }
        LxTask state = LxTask.Of(request.Task);
        state.UringStarts.Enqueue((this, request, isInline));
        if (state.IsStartingRequests)
            return;
        state.IsStartingRequests = true;
        while (state.UringStarts.TryDequeue(out (UringFile Ring, UringRequest Request, bool IsInline) next))
            next.Ring.Start(next.Request, next.IsInline);
        state.IsStartingRequests = false;
    }

    private void Start(UringRequest request, bool isInline)
    {
        // A link timeout belongs to the request before it, and the chain goes on behind it.
        if (request.Next is { Entry.Opcode: UringOpcode.IORING_OP_LINK_TIMEOUT } guard)
        {
            request.Guard = guard;
            guard.Guarded = request;
            request.Next = guard.Next;
            guard.Next = null;
        }
        lock (gate)
        {
            running.Add(request);
            if (request.Guard is not null)
                running.Add(request.Guard);
        }
        (LxTask.Of(request.Task).Rings ??= []).Add(this);
        if (request.Entry.Opcode == UringOpcode.IORING_OP_TIMEOUT)
        {
            StartTimeout(request);
            return;
        }
        var capture = new BlockCapture();
        request.Task.BeginCapture(capture);
        SysResult result = UringOperations.Start(this, request);
        request.Task.EndCapture();
        if (!result.IsBlocked)
        {
            Complete(request, result, isInline);
            return;
        }
        request.Enrol(capture.Operation, capture.Queues);
        if (request.Guard is not null)
            StartTimeout(request.Guard);
        TryOn(request);
    }

    /// <summary>Tries the operation of a request that the caller holds; parks it when it is not finished.</summary>
    private void TryOn(UringRequest request)
    {
        if (!request.IsUnwanted)
        {
            if (request.Operation!.Try(request.Task, out SysResult result))
            {
                Complete(request, result, isInline: false);
                return;
            }
            request.Park();
            if (!request.IsUnwanted || !request.TryClaim())
                return;
        }
        Abort(request);
    }

    /// <summary>Ends a request before its time; false: it is just being tried, and ends when that has failed.</summary>
    private bool Cancel(UringRequest request)
    {
        if (!request.TryClaim())
        {
            request.IsUnwanted = true;
            // It may have been parked between the two lines.
            if (!request.TryClaim())
                return false;
        }
        Abort(request);
        return true;
    }

    private void Abort(UringRequest request)
    {
        SysResult result = Errno.ECANCELED;
        if (request.Operation is IInterruptibleOperation interruptible)
            result = interruptible.Interrupted(request.Task, result);
        Complete(request, result, isInline: false);
    }

    /// <summary>A request that the caller holds is over: its completion is posted, and what was linked to it goes on.</summary>
    private void Complete(UringRequest request, SysResult result, bool isInline)
    {
        request.End();
        request.Leave();
        StopTimer(request);
        result = UringOperations.Settle(this, request, result);
        int answer = result.IsRestart ? -(int)Errno.EINTR : (int)result.Raw;
        bool wasDeferred;
        lock (gate)
            wasDeferred = !running.Remove(request);
        Release(request);
        bool failed = UringOperations.HasFailed(request, answer);
        Report(request, answer, isInline, failed);
        if (request.Guard is { } guard && guard.TryClaim())
            Complete(guard, Errno.ECANCELED, isInline);
        else if (request.Guard is { HasEnded: false } unarmed)
            Complete(unarmed, Errno.ECANCELED, isInline);
        GoOn(request, failed, isInline);
        if (request.Entry.Opcode == UringOpcode.IORING_OP_LINK_TIMEOUT && request.Guarded is not null)
            return;
        EndOne(wasDeferred);
    }

    private void GoOn(UringRequest request, bool failed, bool isInline)
    {
        UringRequest? next = request.Next;
        request.Next = null;
        if (next is null)
            return;
        if (!failed || (request.Entry.Flags & UringRequestFlags.IOSQE_IO_HARDLINK) != 0)
        {
            Launch(next, isInline);
            return;
        }
        bool silent = (request.Entry.Flags & UringRequestFlags.IOSQE_CQE_SKIP_SUCCESS) != 0;
        for (UringRequest? one = next; one is not null; one = one.Next)
        {
            one.End();
            Release(one);
            if (!silent)
                Report(one, -(int)Errno.ECANCELED, isInline, failed: true);
        }
    }

    /// <summary>One less on its way: those that had to wait for it may begin.</summary>
    private void EndOne(bool wasDeferred)
    {
        lock (gate)
        {
            if (!wasDeferred)
                inFlight--;
            if (inFlight == 0 && draining is not null)
                draining = null;
        }
        while (true)
        {
            UringRequest? next;
            lock (gate)
            {
                if (isClosed || draining is not null || !deferred.TryPeek(out next))
                    return;
                bool drains = (next.Entry.Flags & UringRequestFlags.IOSQE_IO_DRAIN) != 0;
                if (drains && inFlight > 0)
                    return;
                deferred.Dequeue();
                if (next.HasEnded)
                    continue;
                if (drains)
                    draining = next;
            }
            if (next.TryClaim())
                Launch(next, isInline: false);
        }
    }

    private void Report(UringRequest request, Errno error, bool isInline) => Report(request, -(int)error, isInline, failed: true);

    private void Report(UringRequest request, int answer, bool isInline, bool failed)
    {
        if (failed || (request.Entry.Flags & UringRequestFlags.IOSQE_CQE_SKIP_SUCCESS) == 0)
            Post(new UringCompletion(request.Entry.UserData, answer, request.CompletionFlags), isInline);
    }

    /// <summary>Posts a completion of a request that goes on.</summary>
    internal void ReportMore(UringRequest request, int answer, uint flags = 0) =>
        Post(new UringCompletion(request.Entry.UserData, answer, flags | UringCompletion.IORING_CQE_F_MORE), isInline: false);

    /// <summary>Posts a completion that another ring sends. IORING_OP_MSG_RING.</summary>
    internal void Tell(in UringCompletion completion) => Post(completion, isInline: false);

    private static void Release(UringRequest request)
    {
        request.File?.Release();
        request.File = null;
    }

    /// <summary>Starts a request in the name of its task.</summary>
    private sealed class UringStart(UringFile ring, UringRequest request) : ITaskWork
    {
        public ITaskWork? NextWork { get; set; }

        public void Run(KernelTask task) => ring.Start(request, isInline: false);
    }
}
