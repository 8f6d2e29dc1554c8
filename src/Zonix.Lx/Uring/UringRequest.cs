using Zonix.Kernel.Tasks;
using Zonix.Kernel.Time;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Uring;

/// <summary>
/// A request on its way. It runs in the name of the task that submitted it: at once, and when it had to wait, as that task's work
/// each time one of its queues wakes it. It is parked or somebody has it: <see cref="TryClaim"/>.
/// </summary>
internal sealed class UringRequest(UringFile ring, KernelTask task, in SubmissionEntry entry) : ITaskWork, IWaiter, IExpiry
{
    private const int Held = 0, Parked = 1, Done = 2;
    private readonly SubmissionEntry entry = entry;
    private WaitEntry[] enrolled = [];
    private int state, scheduled;

    public ref readonly SubmissionEntry Entry => ref entry;

    public KernelTask Task => task;

    /// <summary>The file it works on, with a reference; null: none.</summary>
    public OpenFileDescription? File { get; set; }

    /// <summary>What is tried again.</summary>
    public IOperation? Operation { get; private set; }

    /// <summary>A read or write: the memory.</summary>
    public UserBuffer Buffer { get; set; }

    /// <summary>A read or write: the bytes asked for.</summary>
    public ulong Wanted { get; set; }

    /// <summary>IORING_CQE_F_*: what its completion says besides its result.</summary>
    public uint CompletionFlags { get; set; }

    /// <summary>The next of a chain.</summary>
    public UringRequest? Next { get; set; }

    /// <summary>The IORING_OP_LINK_TIMEOUT that watches over it.</summary>
    public UringRequest? Guard { get; set; }

    /// <summary>A link timeout: what it watches over.</summary>
    public UringRequest? Guarded { get; set; }

    /// <summary>Refused before it began; 0: not.</summary>
    public Errno Refusal { get; set; }

    /// <summary>The timer of a timeout; null: it is none.</summary>
    public KernelTimer? Timer { get; set; }

    /// <summary>A timeout: the number of the completion that ends it; 0: none.</summary>
    public ulong Target { get; set; }

    /// <summary>A multishot timeout: expiries still to come.</summary>
    public uint ShotsLeft { get; set; }

    /// <summary>A timeout: how long it is, and when it ends.</summary>
    public long PeriodNs { get; set; }

    /// <inheritdoc cref="PeriodNs"/>
    public long DeadlineNs { get; set; }

    /// <summary>Somebody wants it cancelled while it runs.</summary>
    public volatile bool IsUnwanted;

    public ITaskWork? NextWork { get; set; }

    public bool IsLinked => (entry.Flags & (UringRequestFlags.IOSQE_IO_LINK | UringRequestFlags.IOSQE_IO_HARDLINK)) != 0;

    /// <summary>Gives it into the hands of its queues. It must be tried once more afterwards.</summary>
    public void Enrol(IOperation? operation, ReadOnlySpan<WaitQueue> queues)
    {
        Operation = operation;
        enrolled = new WaitEntry[queues.Length];
        for (int i = 0; i < queues.Length; i++)
        {
            enrolled[i] = new WaitEntry(this);
            queues[i].Enrol(enrolled[i]);
        }
    }

    /// <summary>Leaves its queues.</summary>
    public void Leave()
    {
        foreach (WaitEntry one in enrolled)
            one.Leave();
        enrolled = [];
    }

    /// <summary>Nobody has it any more, until it is woken or cancelled.</summary>
    public void Park() => Volatile.Write(ref state, Parked);

    /// <summary>Takes a parked request; false: another has it, or it is over.</summary>
    public bool TryClaim() => Interlocked.CompareExchange(ref state, Held, Parked) == Parked;

    /// <summary>It is over.</summary>
    public void End() => Volatile.Write(ref state, Done);

    /// <summary>Whether it is over.</summary>
    public bool HasEnded => Volatile.Read(ref state) == Done;

    /// <summary>Has its task try it again.</summary>
    public void Schedule()
    {
        if (Interlocked.Exchange(ref scheduled, 1) == 0)
            task.AddWork(this);
    }

    public bool Notify(WaitEntry woken)
    {
        Schedule();
        return true;
    }

    public void Expired(long nowNs) => Schedule();

    public void Run(KernelTask runner)
    {
        Volatile.Write(ref scheduled, 0);
        ring.Resume(this);
    }
}
