using Zonix.Kernel.Time;

namespace Zonix.Network.Tcp;

/// <content>
/// TCP_DEFER_ACCEPT: a connection is for accept(2) once it has said something, has ended, or has been silent for too long; one that is
/// reset before is not shown at all. tcp(7). When the listener goes, the other end is not told: it stays connected until it speaks or
/// ends, which is answered by a reset, as Linux has only half a connection here. Locks as in the part that makes connections; of an end,
/// its listener's gate.
/// </content>
internal sealed partial class TcpSocket
{
    private const long NsPerSecond = 1_000_000_000;
    private HashSet<TcpSocket>? deferred;
    private TcpSocket? deferredBy;
    private bool isForsaken;

    // Who has said nothing takes room as who waits does, but not theirs.
    private bool IsFull => waiting!.Count > backlogLimit || deferred?.Count > backlogLimit;

    // Under the gate.
    private void Admit(TcpSocket end)
    {
        int seconds = Settings[SocketOption.DeferAccept];
        if (seconds <= 0)
        {
            waiting!.Enqueue(end);
            return;
        }
        (deferred ??= []).Add(end);
        end.timer = new KernelTimer(end);
        Stack.Machine.Scheduler.Timers.Arm(end.timer, Stack.NowNs + (seconds * NsPerSecond));
        Volatile.Write(ref end.deferredBy, this);
    }

    // An end that may have said something before it was deferred.
    private void LookAtDeferred()
    {
        if (Volatile.Read(ref deferredBy) is not null && (side.Incoming is { Count: > 0 } || receiveShut))
            EndDeferral();
    }

    // No lock is held.
    private void EndDeferral(bool isReset = false)
    {
        if (Volatile.Read(ref deferredBy) is not { } listener)
            return;
        bool isShown;
        lock (listener.listenGate)
        {
            if (deferredBy is null)
                return;
            Volatile.Write(ref deferredBy, null);
            listener.deferred!.Remove(this);
            isShown = !isReset && !isForsaken;
            if (isShown)
                listener.waiting!.Enqueue(this);
        }
        CancelTimer();
        if (isShown)
        {
            listener.ReadQueue.WakeAll();
            return;
        }
        if (!isReset)
            Abort();
        Close();
        listener.LetIn();
    }

    // The listener goes. Under its gate.
    private TcpSocket[] ForsakeDeferred()
    {
        if (deferred is not { Count: > 0 } silent)
            return [];
        TcpSocket[] ends = [.. silent];
        silent.Clear();
        foreach (TcpSocket end in ends)
            end.isForsaken = true;
        return ends;
    }

    // Nothing is left on this side but who resets the other end when it makes itself heard. No lock is held.
    private void BeForsaken()
    {
        CancelTimer();
        Ports.Remove(this);
        Stack.Buffers.Release(Interlocked.Exchange(ref endCharge, 0));
    }

    private void LetIn()
    {
        while (NextBlocked() is { } next)
            next.Reach(this);
    }
}
