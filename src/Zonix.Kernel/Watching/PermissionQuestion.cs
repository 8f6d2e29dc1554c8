using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Watching;

/// <summary>
/// Whether something may be done with a file: asked of one group after the other, those that come before the contents are there first,
/// until one says no. fanotify(7), "Dealing with permission events". Belongs to the task that asks; groups answer from any thread.
/// </summary>
public sealed class PermissionQuestion
{
    private readonly List<(FanotifyFile Group, FanotifyEvent Event)> asked = [];
    private int current;
    private bool isPosed, isOpen;

    internal PermissionQuestion(VfsPath place, IInode inode, FileEvents what)
    {
        Place = place;
        Inode = inode;
        What = what;
    }

    /// <summary>Where the file was found.</summary>
    public VfsPath Place { get; }

    /// <summary>What it is about.</summary>
    public IInode Inode { get; }

    /// <summary>FAN_OPEN_PERM, FAN_OPEN_EXEC_PERM or FAN_ACCESS_PERM.</summary>
    public FileEvents What { get; }

    /// <summary>Woken by every answer.</summary>
    public WaitQueue Answered { get; } = new();

    /// <summary>0, or EPERM: somebody said no. Of a question that <see cref="TryDecide"/> has decided.</summary>
    public Errno Answer { get; private set; }

    /// <summary>FAN_OPEN_PERM: whether the file was made by the call that opens it.</summary>
    public bool WasCreated { get; internal set; }

    internal bool IsEmpty => asked.Count == 0;

    /// <summary>Poses the question to whom it has not been posed yet; false: an answer is missing.</summary>
    public bool TryDecide()
    {
        // Its mount is busy meanwhile.
        if (!isOpen)
            Place.Mount.Enter(writes: false);
        isOpen = true;
        for (; current < asked.Count; current++, isPosed = false)
        {
            (FanotifyFile group, FanotifyEvent e) = asked[current];
            if (!isPosed)
            {
                isPosed = true;
                group.Pose(e);
            }
            switch (e.Verdict)
            {
                case PermissionVerdict.Unknown:
                    return false;
                case PermissionVerdict.Denied:
                    Answer = Errno.EPERM;
                    current = asked.Count;
                    break;
            }
        }
        End();
        return true;
    }

    /// <summary>Whoever asks has gone: nobody need answer.</summary>
    public void Cancel()
    {
        if (current < asked.Count && isPosed)
            asked[current].Group.Withdraw(asked[current].Event);
        current = asked.Count;
        End();
    }

    private void End()
    {
        if (isOpen)
            Place.Mount.Leave(writes: false);
        isOpen = false;
    }

    // Those that may change the contents come before those that look at them.
    internal void Add(FanotifyFile group, FanotifyEvent e)
    {
        int at = asked.Count;
        while (at > 0 && asked[at - 1].Group.IsBeforeContent is false && group.IsBeforeContent)
            at--;
        asked.Insert(at, (group, e));
    }
}
