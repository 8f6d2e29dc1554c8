using Zonix.Kernel.Events;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Aio;

/// <summary>A request that waits: it is tried by the task that submitted it, when one of its queues has been woken.</summary>
internal sealed class AioRequest(
    AioContext context, KernelTask task, ulong address, ulong data, OpenFileDescription file, OpenFileDescription? eventFile)
    : ITaskWork, IWaiter
{
    private const int Held = 0, Parked = 1, Over = 2;
    private WaitEntry[] enrolled = [];
    private IOperation? operation;
    private int state, scheduled;

    /// <summary>Where the program keeps it.</summary>
    public ulong Address => address;

    public ITaskWork? NextWork { get; set; }

    /// <summary>Waits for queues.</summary>
    public void Wait(BlockCapture captured)
    {
        operation = captured.Operation;
        context.Keep(this);
        enrolled = new WaitEntry[captured.Queues.Length];
        for (int i = 0; i < enrolled.Length; i++)
        {
            enrolled[i] = new WaitEntry(this);
            captured.Queues[i].Enrol(enrolled[i]);
        }
        Try();
    }

    /// <summary>It is over: the event is posted, an eventfd told.</summary>
    public void Finish(SysResult result)
    {
        Volatile.Write(ref state, Over);
        Leave();
        context.Post(new AioEvent(data, address, result.IsRestart ? -(long)Errno.EINTR : result.Raw));
        (eventFile?.File as EventFile)?.Add(1);
        Release();
    }

    /// <summary>It never began.</summary>
    public void Release()
    {
        file.Release();
        eventFile?.Release();
    }

    /// <summary>Ends it; false: it is just ending by itself.</summary>
    public bool Cancel()
    {
        if (Interlocked.CompareExchange(ref state, Over, Parked) != Parked)
            return false;
        SysResult result = Errno.ECANCELED;
        if (operation is IInterruptibleOperation interruptible)
            result = interruptible.Interrupted(task, result);
        Finish(result);
        return true;
    }

    public bool Notify(WaitEntry entry)
    {
        if (Interlocked.Exchange(ref scheduled, 1) == 0)
            task.AddWork(this);
        return true;
    }

    public void Run(KernelTask runner)
    {
        Volatile.Write(ref scheduled, 0);
        if (Interlocked.CompareExchange(ref state, Held, Parked) == Parked)
            Try();
    }

    private void Try()
    {
        if (operation!.Try(task, out SysResult result))
            Finish(result);
        else
            Volatile.Write(ref state, Parked);
    }

    private void Leave()
    {
        foreach (WaitEntry entry in enrolled)
            entry.Leave();
        enrolled = [];
        context.Drop(this);
    }
}
