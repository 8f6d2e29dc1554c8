using System.Buffers.Binary;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Watching;

/// <content>Permission events: tasks that wait for the group's answer. fanotify(7).</content>
public sealed partial class FanotifyFile : IWritable
{
    private const int ResponseSize = 8;
    private const uint FAN_ALLOW = 1, FAN_DENY = 2;
    private const FileEvents PermissionEvents = FileEvents.FAN_OPEN_PERM | FileEvents.FAN_OPEN_EXEC_PERM | FileEvents.FAN_ACCESS_PERM;

    // Delivered and not answered yet, by the reader's descriptor; under the gate.
    private readonly List<(int Fd, FanotifyEvent Event)> unanswered = [];
    private bool asks;

    /// <summary>FAN_CLASS_PRE_CONTENT: asked before those that look at the contents.</summary>
    internal bool IsBeforeContent => (Mode & FanotifyInitFlags.FAN_CLASS_PRE_CONTENT) != 0;

    /// <summary>Answers: struct fanotify_response. EINVAL; ENOENT: nobody waits for it.</summary>
    public SysResult Write(ref UserBuffer buffer, ref long offset)
    {
        if (buffer.Remaining < ResponseSize)
            return Errno.EINVAL;
        Span<byte> bytes = stackalloc byte[ResponseSize];
        if (buffer.CopyIn(bytes) != ResponseSize)
            return Errno.EFAULT;
        int fd = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        uint response = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (response is not (FAN_ALLOW or FAN_DENY) || fd < 0)
            return Errno.EINVAL;
        FanotifyEvent answered;
        lock (gate)
        {
            int at = unanswered.FindIndex(one => one.Fd == fd);
            if (at < 0)
                return Errno.ENOENT;
            answered = unanswered[at].Event;
            unanswered.RemoveAt(at);
        }
        answered.Decide(response == FAN_ALLOW);
        return ResponseSize;
    }

    /// <summary>Queues a question; what cannot be asked is allowed.</summary>
    internal void Pose(FanotifyEvent e)
    {
        lock (gate)
        {
            if (isClosed || IsFull())
            {
                e.Decide(allowed: true);
                return;
            }
            events.Enqueue(e);
            e.Place.Mount.Enter(writes: false);
        }
        ReadQueue.WakeAll();
    }

    /// <summary>Whoever asked is gone: an event that was not delivered yet is not delivered any more.</summary>
    internal void Withdraw(FanotifyEvent e)
    {
        lock (gate)
        {
            if (!events.Contains(e))
                return;
            FanotifyEvent[] others = [.. events.Where(other => !ReferenceEquals(other, e))];
            events.Clear();
            foreach (FanotifyEvent other in others)
                events.Enqueue(other);
        }
        e.Place.Mount.Leave(writes: false);
    }

    private void Delivered(FanotifyEvent e, SysResult fd)
    {
        if (e.Question is null)
            return;
        bool waits = false;
        lock (gate)
        {
            if (!isClosed && !fd.IsError)
            {
                unanswered.Add(((int)fd.Value, e));
                waits = true;
            }
        }
        if (!waits)
            e.Decide(allowed: !fd.IsError);
    }

    // Under the gate for changes.
    private void NoteAsking()
    {
        if (asks)
            return;
        asks = true;
        watching.CountAsker(1);
    }

    private void AllowAll(FanotifyEvent[] unread)
    {
        (int Fd, FanotifyEvent Event)[] waiting;
        lock (gate)
        {
            waiting = [.. unanswered];
            unanswered.Clear();
        }
        foreach (FanotifyEvent e in unread)
            e.Decide(allowed: true);
        foreach ((_, FanotifyEvent e) in waiting)
            e.Decide(allowed: true);
        lock (changes)
        {
            if (asks)
                watching.CountAsker(-1);
            asks = false;
        }
    }
}
