using Zonix.Abi;
using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Time;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tasks;

/// <content>
/// Waiting. A task is Running, Running and woken, Parked, or Queued. Before each try the state becomes Running; a wake-up
/// turns Running into RunningWoken, and only Running may become Parked: a wake-up between the try and the parking makes
/// the parking fail, and the task tries again. Only the waker that turns Parked into Queued hands it to the scheduler.
/// </content>
public sealed partial class KernelTask : IWaiter, IExpiry
{
    private const int StateParked = 0;
    private const int StateRunning = 1;
    private const int StateRunningWoken = 2;
    private const int StateQueued = 3;

    private readonly WaitEntry ownEntry;
    private readonly KernelTimer timer;
    private int state = StateQueued;
    private WaitEntry[] moreEntries = [];
    private int enrolledMore;
    private IOperation? operation;
    private long deadlineNs;
    private Restart restart;
    private bool uninterruptible;
    private bool timerArmed;

    /// <summary>Whether a call of the task waits for its operation.</summary>
    public bool IsWaiting => operation is not null;

    /// <summary>Whether the task sleeps (shown as S in /proc). Any thread.</summary>
    public bool IsParked => Volatile.Read(ref state) == StateParked;

    /// <summary>
    /// Tries <paramref name="operation"/>, and when it is not finished waits for <paramref name="queue"/> and tries again,
    /// until it finishes, the deadline passes or a signal comes. Stands in tail position of a call.
    /// </summary>
    public SysResult Block(
        WaitQueue queue, IOperation operation, long deadlineNs = long.MaxValue, Restart restart = Restart.IfSaRestart)
    {
        if (operation.Try(this, out var result) || IsOver(operation, deadlineNs, out result))
        {
            return result;
        }

        if (capture is not null)
        {
            capture.Take(operation, [queue]);
            return SysResult.Blocked;
        }

        Begin(operation, deadlineNs, restart);
        queue.Enrol(ownEntry);
        return SysResult.Blocked;
    }

    /// <summary>The same for several queues, or none (sleeping; whoever finishes the operation calls <see cref="TryWake"/>).</summary>
    public SysResult Block(
        ReadOnlySpan<WaitQueue> queues, IOperation operation, long deadlineNs = long.MaxValue, Restart restart = Restart.IfSaRestart)
    {
        if (operation.Try(this, out var result) || IsOver(operation, deadlineNs, out result))
        {
            return result;
        }

        if (capture is not null)
        {
            capture.Take(operation, queues);
            return SysResult.Blocked;
        }

        Begin(operation, deadlineNs, restart);
        if (moreEntries.Length < queues.Length)
        {
            Array.Resize(ref moreEntries, queues.Length);
        }

        foreach (var queue in queues)
        {
            var entry = moreEntries[enrolledMore++] ??= new WaitEntry(this);
            queue.Enrol(entry);
        }

        return SysResult.Blocked;
    }

    /// <summary>As <see cref="Block(WaitQueue, IOperation, long, Restart)"/>, but no signal other than SIGKILL ends the wait.</summary>
    public SysResult BlockUnlessKilled(WaitQueue queue, IOperation operation)
    {
        SysResult result = Block(queue, operation);
        uninterruptible = result.IsBlocked && capture is null;
        return result;
    }

    /// <summary>Waits without regard to signals (but for SIGKILL): a stopped process.</summary>
    public void BlockUninterruptibly(WaitQueue queue, IOperation operation)
    {
        Begin(operation, long.MaxValue, Restart.Always);
        uninterruptible = true;
        queue.Enrol(ownEntry);
    }

    /// <summary>
    /// Makes a parked task runnable, or makes one that is about to park try again. Any thread; answers whether this was
    /// news.
    /// </summary>
    public bool TryWake()
    {
        while (true)
        {
            switch (Volatile.Read(ref state))
            {
                case StateParked:
                    if (Interlocked.CompareExchange(ref state, StateQueued, StateParked) == StateParked)
                    {
                        Machine.Scheduler.MakeRunnable(this);
                        return true;
                    }

                    break;
                case StateRunning:
                    if (Interlocked.CompareExchange(ref state, StateRunningWoken, StateRunning) == StateRunning)
                    {
                        return true;
                    }

                    break;
                default:
                    return false;
            }
        }
    }

    /// <summary>
    /// Called by the brand while <see cref="IsWaiting"/>: tries the operation. False: the task is parked and no longer
    /// belongs to the caller.
    /// </summary>
    public bool TryFinishWait(out SysResult result)
    {
        var waited = operation!;
        while (true)
        {
            Interlocked.Exchange(ref state, StateRunning);
            if ((Attention & TaskAttention.Work) != 0 && !uninterruptible)
            {
                RunWork();
            }

            result = default;
            // A call of a frozen task does not go on, whatever wakes it.
            var isHeld = (Attention & (TaskAttention.Freeze | TaskAttention.Kill)) == TaskAttention.Freeze && Groups.ControlGroup.TryHold(this);
            if (!isHeld && TryOnce(waited, out result))
            {
                EndWait();
                return true;
            }

            if (deadlineNs != long.MaxValue && !timerArmed)
            {
                timerArmed = true;
                Machine.Scheduler.Timers.Arm(timer, deadlineNs);
            }

            VoluntarySwitches++;
            LeaveWorker();
            if (Interlocked.CompareExchange(ref state, StateParked, StateRunning) == StateRunning)
            {
                return false;
            }

            VoluntarySwitches--;
            EnterWorker(Worker.Current!, Machine.Clock.MonotonicNs);
            if ((Attention & TaskAttention.Move) != 0)
            {
                Process.MemoryUsers.WaitForMove(this);
            }
        }
    }

    /// <summary>Waits while the control group is frozen, without regard to signals (but for SIGKILL).</summary>
    public void WaitWhileFrozen()
    {
        Begin(FrozenOperation.Instance, long.MaxValue, Restart.Always);
        uninterruptible = true;
    }

    private bool TryOnce(IOperation op, out SysResult result) =>
        op.Try(this, out result) || IsOver(op, deadlineNs, out result) || IsInterrupted(op, out result);

    /// <summary>Moves the end of the wait: for operations whose time begins anew, in their <see cref="IOperation.Try"/> that answers false.</summary>
    internal void MoveDeadline(long toNs)
    {
        if (deadlineNs == toNs)
        {
            return;
        }

        deadlineNs = toNs;
        if (timerArmed)
        {
            timerArmed = false;
            Machine.Scheduler.Timers.Cancel(timer);
        }
    }

    bool IWaiter.Notify(WaitEntry entry) => TryWake();

    void IExpiry.Expired(long nowNs) => TryWake();

    private void Begin(IOperation op, long deadline, Restart mode)
    {
        operation = op;
        deadlineNs = deadline;
        restart = mode;
        uninterruptible = false;
    }

    private bool IsOver(IOperation op, long deadline, out SysResult result)
    {
        if (deadline == long.MaxValue || (deadline > 0 && Machine.Clock.MonotonicNs < deadline))
        {
            result = default;
            return false;
        }

        result = op is ITimedOperation timed ? timed.TimedOut(this) : Errno.ETIMEDOUT;
        return true;
    }

    private bool IsInterrupted(IOperation op, out SysResult result)
    {
        var reasons = uninterruptible ? TaskAttention.Kill : TaskAttention.Kill | TaskAttention.Signal | TaskAttention.Stop | TaskAttention.Trap;
        if ((Attention & reasons) == 0)
        {
            result = default;
            return false;
        }

        result = restart switch
        {
            Restart.IfSaRestart => SysResult.RestartSys,
            Restart.IfNoHandler => SysResult.RestartNoHand,
            Restart.Block => SysResult.RestartBlock,
            Restart.Always => SysResult.RestartNoIntr,
            _ => Errno.EINTR,
        };
        if (op is IInterruptibleOperation interruptible)
        {
            result = interruptible.Interrupted(this, result);
        }

        return true;
    }

    private void EndWait()
    {
        ownEntry.Queue?.Leave(ownEntry);
        for (var i = 0; i < enrolledMore; i++)
        {
            moreEntries[i].Queue?.Leave(moreEntries[i]);
        }

        enrolledMore = 0;
        if (timerArmed)
        {
            timerArmed = false;
            Machine.Scheduler.Timers.Cancel(timer);
        }

        operation = null;
    }
}
