using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Uring;

/// <summary>
/// A ring: requests come in, completions go out. io_uring(7). The gate guards the lists and the posting of completions and is taken
/// with no request's operation running; it comes before the ring's own wait queue and an eventfd's gate.
/// </summary>
internal sealed partial class UringFile : IPollable, IMappable
{
    private readonly Lock gate = new();
    private readonly Lock taking = new();
    private readonly UringMemory memory;
    private readonly UringSetup setup;
    private readonly HashSet<UringRequest> running = [];
    private readonly Queue<UringRequest> deferred = new();
    private readonly Queue<UringCompletion> overflowed = new();
    private UringRequest? draining;
    private ulong posted;
    private int inFlight, countedTimeouts;
    private bool isClosed;

    public UringFile(IInode inode, UringMemory memory, UringSetup setup)
    {
        Inode = inode;
        this.memory = memory;
        this.setup = setup;
        if ((setup & UringSetup.IORING_SETUP_SQPOLL) != 0)
            memory.AskForWakeUps();
        IsDisabled = (setup & UringSetup.IORING_SETUP_R_DISABLED) != 0;
    }

    public IInode Inode { get; }

    public WaitQueue ReadQueue { get; } = new();

    public WaitQueue WriteQueue => ReadQueue;

    /// <summary>Made with IORING_SETUP_R_DISABLED and not yet enabled.</summary>
    public bool IsDisabled { get; private set; }

    /// <summary>IORING_SETUP_SINGLE_ISSUER: the only task that may submit.</summary>
    public KernelTask? Issuer { get; set; }

    /// <summary>A request with IOSQE_CQE_SKIP_SUCCESS has been submitted.</summary>
    public bool CannotDrain { get; set; }

    public UringSetup Setup => setup;

    /// <summary>IORING_SETUP_SQPOLL: in whose name requests are taken.</summary>
    public KernelTask? Poller { get; init; }

    /// <summary>Buffers that were provided.</summary>
    public UringBuffers Buffers { get; } = new();

    /// <summary>Files, buffers and the eventfd that were registered.</summary>
    public UringRegistry Registry { get; } = new();

    public uint CompletionSlots => memory.CompletionSlots;

    /// <summary>Completions to be had, those without room among them.</summary>
    public uint Available
    {
        get
        {
            lock (gate)
            {
                MakeRoom();
                return memory.Ready + (uint)overflowed.Count;
            }
        }
    }

    public PollEvents Poll(PollEvents interest)
    {
        lock (gate)
        {
            if (isClosed)
                return 0;
            PollEvents ready = memory.Ready != 0 || overflowed.Count > 0 ? PollEvents.POLLIN | PollEvents.POLLRDNORM : 0;
            return memory.Waiting < memory.SubmissionSlots ? ready | PollEvents.POLLOUT | PollEvents.POLLWRNORM : ready;
        }
    }

    public Errno GetMapping(ulong offset, ulong length, bool shared, bool writable, out FileMapping mapping) =>
        memory.GetMapping(offset, length, out mapping);

    /// <summary>Takes up to <paramref name="count"/> requests and begins them. Answers how many it took.</summary>
    public int Submit(KernelTask task, uint count)
    {
        UringRequest? head = null, tail = null;
        int taken = 0;
        while (taken < count)
        {
            SubmissionEntry entry;
            lock (taking)
            {
                if (!memory.TryTake(out entry))
                    break;
            }
            taken++;
            var request = new UringRequest(this, task, entry);
            request.Refusal = UringPreparation.Prepare(this, request, after: tail);
            if (head is null)
                head = tail = request;
            else
                tail = tail!.Next = request;
            if (request.IsLinked && request.Refusal == 0)
                continue;
            Errno refusal = request.Refusal;
            Begin(head);
            head = tail = null;
            if (refusal != 0 && (setup & UringSetup.IORING_SETUP_SUBMIT_ALL) == 0)
                break;
        }
        if (head is not null)
            Begin(head);
        return taken;
    }

    /// <summary>
    /// IORING_SETUP_SQPOLL: whoever polls is woken, and takes what there is. It never looks by itself: its sleep begins at once, which
    /// IORING_SQ_NEED_WAKEUP says.
    /// </summary>
    public void SubmitPolled(KernelTask task)
    {
        KernelTask poller = ReferenceEquals(Poller!.Process, task.Process) || Poller.Process.IsExiting ? task : Poller;
        while (Submit(poller, CompletionSlots) > 0)
        {
        }
    }

    /// <summary>Tries a request that its task was woken for.</summary>
    internal void Resume(UringRequest request)
    {
        if (!request.TryClaim())
            return;
        if (request.Entry.Opcode is UringOpcode.IORING_OP_TIMEOUT or UringOpcode.IORING_OP_LINK_TIMEOUT)
            ResumeTimeout(request);
        else
            TryOn(request);
    }

    /// <summary>A ring made with IORING_SETUP_R_DISABLED takes requests from now on.</summary>
    public void Enable(KernelTask task)
    {
        if ((setup & UringSetup.IORING_SETUP_SINGLE_ISSUER) != 0)
            Issuer ??= task;
        IsDisabled = false;
    }

    /// <summary>Whatever the task has submitted is over: it ends, or runs another program.</summary>
    public void CancelAll(KernelTask? task)
    {
        foreach (UringRequest request in Select(other => task is null || ReferenceEquals(other.Task, task)))
            Cancel(request);
    }

    public void Close()
    {
        lock (gate)
            isClosed = true;
        CancelAll(null);
        Registry.Clear();
        lock (gate)
            memory.Dispose();
    }

    /// <summary>Completions that found no room go into the ring as far as there is some now.</summary>
    private void MakeRoom()
    {
        if (overflowed.Count == 0 || isClosed)
            return;
        while (overflowed.TryPeek(out UringCompletion first) && memory.TryPost(first))
            overflowed.Dequeue();
        if (overflowed.Count == 0)
            memory.ShowOverflow(false);
    }

    /// <summary>Posts a completion and wakes those who wait for it.</summary>
    private void Post(in UringCompletion completion, bool isInline)
    {
        lock (gate)
        {
            posted++;
            if (isClosed)
                return;
            MakeRoom();
            if (overflowed.Count > 0 || !memory.TryPost(completion))
            {
                overflowed.Enqueue(completion);
                memory.ShowOverflow(true);
            }
        }
        ReadQueue.WakeAll();
        Registry.Signal(isInline);
        if (Volatile.Read(ref countedTimeouts) > 0)
            EndCountedTimeouts();
    }

    private UringRequest[] Select(Predicate<UringRequest> fits)
    {
        lock (gate)
        {
            var found = new List<UringRequest>();
            foreach (UringRequest request in running)
            {
                if (fits(request))
                    found.Add(request);
            }
            foreach (UringRequest request in deferred)
            {
                if (fits(request))
                    found.Add(request);
            }
            return [.. found];
        }
    }
}
