using System.Buffers.Binary;
using Zonix.Host.Files;
using Zonix.Host.Memory;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Uring;

/// <summary>
/// The two rings and the requests, which the program maps and both sides read and write. io_uring(7). What the program writes is
/// believed nowhere: positions are cut to the rings' sizes.
/// </summary>
internal sealed class UringMemory : IDisposable
{
    public const uint IORING_SQ_NEED_WAKEUP = 1, IORING_SQ_CQ_OVERFLOW = 2;
    private const ulong IORING_OFF_CQ_RING = 0x8000000, IORING_OFF_SQES = 0x10000000;
    private const int SqHead = 0, SqTail = 4, SqMask = 8, SqEntries = 12, SqFlags = 16, SqDropped = 20;
    private const int CqHead = 64, CqTail = 68, CqMask = 72, CqEntries = 76, CqOverflow = 80, CqFlags = 84, Completions = 128;
    private readonly HostFile file;
    private readonly SharedView view;
    private readonly UringSetup setup;
    private readonly int arrayAt, entriesAt, end;
    private readonly uint submissions, completions;

    private UringMemory(HostFile file, SharedView view, UringSetup setup, uint submissions, uint completions)
    {
        this.file = file;
        this.view = view;
        this.setup = setup;
        this.submissions = submissions;
        this.completions = completions;
        (arrayAt, entriesAt, end) = Layout(setup, submissions, completions);
        view.Write32(SqMask, submissions - 1);
        view.Write32(SqEntries, submissions);
        view.Write32(CqMask, completions - 1);
        view.Write32(CqEntries, completions);
    }

    /// <summary>Requests that wait to be taken.</summary>
    public uint Waiting => Math.Min(view.Read32(SqTail) - view.Read32(SqHead), submissions);

    /// <summary>Completions that the program has not taken yet.</summary>
    public uint Ready => view.Read32(CqTail) - view.Read32(CqHead);

    /// <summary>Slots for completions.</summary>
    public uint CompletionSlots => completions;

    /// <summary>Slots for requests.</summary>
    public uint SubmissionSlots => submissions;

    private int CompletionSize => (setup & UringSetup.IORING_SETUP_CQE32) != 0 ? 32 : 16;

    private int EntrySize => (setup & UringSetup.IORING_SETUP_SQE128) != 0 ? 128 : SubmissionEntry.Size;

    /// <summary>New, empty rings. ENOMEM.</summary>
    public static Errno Create(UringSetup setup, uint submissions, uint completions, out UringMemory? memory)
    {
        memory = null;
        int size = Layout(setup, submissions, completions).End;
        if (HostFile.CreateInMemory("zonix-uring", out HostFile? file) != 0)
            return Errno.ENOMEM;
        if (file!.Truncate(size) != 0 || SharedView.Create(file, size, out SharedView? view) != 0)
        {
            file.Dispose();
            return Errno.ENOMEM;
        }
        memory = new UringMemory(file, view!, setup, submissions, completions);
        return 0;
    }

    /// <summary>Where the parts are: struct io_sqring_offsets and io_cqring_offsets.</summary>
    public void WriteOffsets(Span<byte> sq, Span<byte> cq)
    {
        ReadOnlySpan<int> s = [SqHead, SqTail, SqMask, SqEntries, SqFlags, SqDropped, (setup & UringSetup.IORING_SETUP_NO_SQARRAY) != 0 ? 0 : arrayAt];
        ReadOnlySpan<int> c = [CqHead, CqTail, CqMask, CqEntries, CqOverflow, Completions, CqFlags];
        for (int i = 0; i < s.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(sq[(i * 4)..], s[i]);
            BinaryPrimitives.WriteInt32LittleEndian(cq[(i * 4)..], c[i]);
        }
    }

    /// <summary>Takes the next request out; false: there is none. One thread at a time.</summary>
    public bool TryTake(out SubmissionEntry entry)
    {
        while (true)
        {
            entry = default;
            uint head = view.Read32(SqHead);
            if (head == view.Read32(SqTail))
                return false;
            uint slot = head & (submissions - 1);
            uint index = (setup & UringSetup.IORING_SETUP_NO_SQARRAY) != 0 ? slot : view.Read32(arrayAt + ((int)slot * 4));
            if (index < submissions)
            {
                Span<byte> bytes = stackalloc byte[SubmissionEntry.Size];
                view.Read(entriesAt + ((int)index * EntrySize), bytes);
                entry = new SubmissionEntry(bytes);
                view.Write32(SqHead, head + 1);
                return true;
            }
            view.Write32(SqHead, head + 1);
            view.Write32(SqDropped, view.Read32(SqDropped) + 1);
        }
    }

    /// <summary>Adds a completion; false: there is no room. Under the ring's gate.</summary>
    public bool TryPost(in UringCompletion completion)
    {
        uint tail = view.Read32(CqTail);
        if (tail - view.Read32(CqHead) >= completions)
            return false;
        Span<byte> bytes = stackalloc byte[CompletionSize];
        bytes.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, completion.UserData);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], completion.Result);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], completion.Flags);
        view.Write(Completions + ((int)(tail & (completions - 1)) * CompletionSize), bytes);
        view.Write32(CqTail, tail + 1);
        return true;
    }

    /// <summary>Says that whoever takes requests sleeps.</summary>
    public void AskForWakeUps() => view.Or32(SqFlags, IORING_SQ_NEED_WAKEUP);

    /// <summary>Says that completions wait for room, or no longer do.</summary>
    public void ShowOverflow(bool on)
    {
        if (on)
            view.Or32(SqFlags, IORING_SQ_CQ_OVERFLOW);
        else
            view.And32(SqFlags, ~IORING_SQ_CQ_OVERFLOW);
    }

    /// <summary>What mmap(2) at an offset shows. EINVAL.</summary>
    public Errno GetMapping(ulong offset, ulong length, out FileMapping mapping)
    {
        bool requests = offset == IORING_OFF_SQES;
        mapping = new FileMapping(file, requests ? (ulong)entriesAt : 0);
        if (!requests && offset is not 0 and not IORING_OFF_CQ_RING)
            return Errno.EINVAL;
        return length > (ulong)(requests ? end - entriesAt : entriesAt) ? Errno.EINVAL : 0;
    }

    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
    }

    private static (int ArrayAt, int EntriesAt, int End) Layout(UringSetup setup, uint submissions, uint completions)
    {
        int array = Completions + ((int)completions * ((setup & UringSetup.IORING_SETUP_CQE32) != 0 ? 32 : 16));
        int entries = Round(array + ((int)submissions * 4));
        return (array, entries, Round(entries + ((int)submissions * ((setup & UringSetup.IORING_SETUP_SQE128) != 0 ? 128 : SubmissionEntry.Size))));
    }

    private static int Round(int size) => (size + (int)AddressSpace.PageSize - 1) & -(int)AddressSpace.PageSize;
}
