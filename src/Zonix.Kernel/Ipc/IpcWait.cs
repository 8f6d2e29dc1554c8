using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Ipc;

/// <summary>
/// A waiting operation on an object of a namespace. Whoever makes it possible carries it out on the waiter's behalf, under
/// the object's gate, so that waiters are served in order; the waiter finds its result when it runs.
/// </summary>
public abstract class IpcWait(KernelTask task, Lock gate) : IInterruptibleOperation, ITimedOperation
{
    private enum State
    {
        Fresh,
        Waiting,
        Done,
    }

    private State state;
    private SysResult outcome;

    /// <summary>Who waits.</summary>
    protected internal KernelTask Task { get; } = task;

    /// <summary>The answer after the deadline.</summary>
    protected virtual Errno TimeoutError => Errno.EAGAIN;

    /// <summary>Tries; when it cannot be done now, enters itself among the waiters. Under the gate.</summary>
    /// <returns>Whether it is finished.</returns>
    protected abstract bool Attempt(out SysResult result);

    /// <summary>Leaves the waiters. Under the gate.</summary>
    protected abstract void Leave();

    /// <summary>Delivers a successful result to user memory, in the waiter's context and without the gate.</summary>
    protected virtual SysResult Deliver(SysResult result) => result;

    /// <inheritdoc/>
    public bool Try(KernelTask task, out SysResult result)
    {
        lock (gate)
        {
            if (state == State.Fresh)
            {
                state = State.Waiting;
                if (Attempt(out outcome))
                    state = State.Done;
            }
            result = outcome;
            if (state != State.Done)
                return false;
        }
        if (!result.IsError)
            result = Deliver(result);
        return true;
    }

    /// <inheritdoc/>
    public SysResult TimedOut(KernelTask task) => GiveUp(TimeoutError);

    /// <inheritdoc/>
    public SysResult Interrupted(KernelTask task, SysResult result) => GiveUp(result);

    /// <summary>The waiter has been taken off the list and its operation is over. Under the gate.</summary>
    internal void Complete(SysResult result)
    {
        outcome = result;
        state = State.Done;
        Task.TryWake();
    }

    /// <summary>The waiter has been taken off the list and shall begin anew: what it depends on has changed. Under the gate.</summary>
    internal void Retry()
    {
        state = State.Fresh;
        Task.TryWake();
    }

    private SysResult GiveUp(SysResult result)
    {
        lock (gate)
        {
            if (state == State.Done)
                result = outcome;
            else if (state == State.Waiting)
                Leave();
            if (state != State.Done)
                return result;
        }
        return result.IsError ? result : Deliver(result);
    }
}
