using System.Numerics;
using Zonix.Abi;

namespace Zonix.Kernel.Signals;

/// <summary>
/// Signals waiting to be taken: a set, and the information that came with each. Standard signals are kept once; real-time
/// ones queue in order. Guarded by the gate of the process's signals. signal(7).
/// </summary>
public sealed class PendingSignals
{
    private readonly List<SigInfo> queue = [];

    /// <summary>The set of pending signals.</summary>
    public ulong Set { get; private set; }

    /// <summary>Adds a signal; false when it was a standard signal that was pending already.</summary>
    internal bool Add(in SigInfo info)
    {
        var bit = SignalMask.Of(info.Signo);
        if (info.Signo < (int)Signal.SIGRTMIN && (Set & bit) != 0)
        {
            return false;
        }

        Set |= bit;
        queue.Add(info);
        return true;
    }

    /// <summary>Takes the first signal of <paramref name="candidates"/>: faults first, then by number.</summary>
    internal bool Take(ulong candidates, out SigInfo info)
    {
        var ready = Set & candidates;
        if (ready == 0)
        {
            info = default;
            return false;
        }

        var preferred = (ready & SignalMask.Synchronous) != 0 ? ready & SignalMask.Synchronous : ready;
        var signo = BitOperations.TrailingZeroCount(preferred) + 1;
        var index = IndexOf(signo);
        info = queue[index];
        queue.RemoveAt(index);
        if (IndexOf(signo) < 0)
        {
            Set &= ~SignalMask.Of(signo);
        }

        return true;
    }

    /// <summary>Forgets the signals of a set.</summary>
    internal void Discard(ulong signals)
    {
        if ((Set & signals) == 0)
        {
            return;
        }

        Set &= ~signals;
        for (var i = queue.Count - 1; i >= 0; i--)
        {
            if ((SignalMask.Of(queue[i].Signo) & signals) != 0)
            {
                queue.RemoveAt(i);
            }
        }
    }

    private int IndexOf(int signo)
    {
        for (var i = 0; i < queue.Count; i++)
        {
            if (queue[i].Signo == signo)
            {
                return i;
            }
        }

        return -1;
    }
}
