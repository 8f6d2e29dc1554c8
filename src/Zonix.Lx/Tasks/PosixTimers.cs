using Zonix.Abi;
using Zonix.Kernel.Signals;

namespace Zonix.Lx.Tasks;

/// <summary>The timers of a process, by number. timer_create(2).</summary>
internal sealed class PosixTimers : ITimerSignals
{
    private readonly Dictionary<int, PosixTimer> timers = [];
    private readonly Lock gate = new();
    private int next;

    /// <summary>The timer of a number.</summary>
    internal PosixTimer? this[int id]
    {
        get
        {
            lock (gate)
            {
                return timers.GetValueOrDefault(id);
            }
        }
    }

    /// <summary>All of them: a copy.</summary>
    internal (int Id, PosixTimer Timer)[] Snapshot()
    {
        lock (gate)
        {
            return [.. timers.Select(static pair => (pair.Key, pair.Value))];
        }
    }

    /// <summary>A new number.</summary>
    internal int Reserve()
    {
        lock (gate)
        {
            return next++;
        }
    }

    internal void Add(int id, PosixTimer timer)
    {
        lock (gate)
        {
            timers.Add(id, timer);
        }
    }

    internal bool Delete(int id)
    {
        PosixTimer? timer;
        lock (gate)
        {
            if (!timers.Remove(id, out timer))
            {
                return false;
            }
        }

        timer.End();
        return true;
    }

    internal void DeleteAll()
    {
        lock (gate)
        {
            foreach (var timer in timers.Values)
            {
                timer.End();
            }

            timers.Clear();
        }
    }

    void ITimerSignals.Taken(ref SigInfo info) => this[(int)info.Word0]?.Taken(ref info);
}
