using System.Numerics;
using Zonix.Abi;

namespace Zonix.Kernel.Signals;

/// <summary>
/// Signals waiting to be taken: a set, and the information that came with each. Standard signals are kept once; real-time
/// ones queue in order. One whose information found no room is in the set only. Guarded by the gate of the process's
/// signals. signal(7).
/// </summary>
public sealed class PendingSignals
{
    private readonly List<QueuedSignal> standard = [];
    private Queue<QueuedSignal>?[]? realtime;
    private bool closed;

    /// <summary>The set of pending signals.</summary>
    public ulong Set { get; private set; }

    /// <summary>Whether a standard signal is pending already: it is then not kept a second time.</summary>
    internal bool IsKept(int signo) => signo < (int)Signal.SIGRTMIN && (Set & SignalMask.Of(signo)) != 0;

    /// <summary>Adds a signal; false when it was a standard signal that was pending already, or nobody will take signals any more.</summary>
    internal bool Add(in QueuedSignal signal)
    {
        var signo = signal.Info.Signo;
        if (closed || IsKept(signo))
        {
            signal.Account?.Release();
            return false;
        }

        Set |= SignalMask.Of(signo);
        if (signo < (int)Signal.SIGRTMIN)
        {
            standard.Add(signal);
        }
        else
        {
            realtime ??= new Queue<QueuedSignal>?[(int)Signal.SIGRTMAX - (int)Signal.SIGRTMIN + 1];
            (realtime[signo - (int)Signal.SIGRTMIN] ??= new()).Enqueue(signal);
        }

        return true;
    }

    /// <summary>Adds a signal without its information.</summary>
    internal void AddBare(int signo) => Set |= closed ? 0 : SignalMask.Of(signo);

    /// <summary>Takes the first signal of <paramref name="candidates"/>: faults first, then by number. It counts against nobody any more.</summary>
    internal bool Take(ulong candidates, out QueuedSignal taken)
    {
        var ready = Set & candidates;
        if (ready == 0)
        {
            taken = default;
            return false;
        }

        var preferred = (ready & SignalMask.Synchronous) != 0 ? ready & SignalMask.Synchronous : ready;
        var signo = BitOperations.TrailingZeroCount(preferred) + 1;
        if (!TryDequeue(signo, out taken, out var isLast))
        {
            taken = new(new SigInfo { Signo = signo, Code = SigCode.SI_USER }, null, FromTimer: false);
        }

        if (isLast)
        {
            Set &= ~SignalMask.Of(signo);
        }

        taken.Account?.Release();
        return true;
    }

    /// <summary>What is queued, in no order between standard and real-time signals: a copy.</summary>
    internal SigInfo[] ToArray()
    {
        var all = new List<SigInfo>();
        foreach (var signal in standard)
        {
            all.Add(signal.Info);
        }

        foreach (var queue in realtime ?? [])
        {
            foreach (var signal in queue ?? [])
            {
                all.Add(signal.Info);
            }
        }

        return [.. all];
    }

    /// <summary>Forgets the signals of a set.</summary>
    internal void Discard(ulong signals)
    {
        for (var found = Set & signals; found != 0; found &= found - 1)
        {
            var signo = BitOperations.TrailingZeroCount(found) + 1;
            while (TryDequeue(signo, out var gone, out _))
            {
                gone.Account?.Release();
            }
        }

        Set &= ~signals;
    }

    /// <summary>Forgets all, and keeps none from now on: the task or the process has ended.</summary>
    internal void Close()
    {
        closed = true;
        Discard(ulong.MaxValue);
    }

    private bool TryDequeue(int signo, out QueuedSignal signal, out bool isLast)
    {
        isLast = true;
        if (signo >= (int)Signal.SIGRTMIN)
        {
            if (realtime?[signo - (int)Signal.SIGRTMIN] is not { } queue || !queue.TryDequeue(out signal))
            {
                signal = default;
                return false;
            }

            isLast = queue.Count == 0;
            return true;
        }

        for (var i = 0; i < standard.Count; i++)
        {
            if (standard[i].Info.Signo == signo)
            {
                signal = standard[i];
                standard.RemoveAt(i);
                return true;
            }
        }

        signal = default;
        return false;
    }
}
