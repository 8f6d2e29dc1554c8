using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Watching;

/// <summary>
/// An event in the queue of a fanotify group. Which of the places and names it has depends on the group and on what happened;
/// events that agree in all of them become one.
/// </summary>
internal sealed class FanotifyEvent
{
    private int verdict;

    /// <summary>What happened. Under the group's gate.</summary>
    public required FileEvents Mask { get; set; }

    /// <summary>Who did it; null: nobody in particular.</summary>
    public Process? Process { get; init; }

    /// <summary>The number of the process, or of the thread.</summary>
    public int Id { get; init; }

    /// <summary>What to open for the reader; null in groups that report handles.</summary>
    public VfsPath Place { get; init; }

    /// <summary>Whoever waits for an answer; null: nobody does.</summary>
    public PermissionQuestion? Question { get; init; }

    /// <summary>The answer. Any thread.</summary>
    public PermissionVerdict Verdict => (PermissionVerdict)Volatile.Read(ref verdict);

    /// <summary>The directory, with a name in it.</summary>
    public FileIdentity? Directory { get; init; }

    /// <summary>The directory it moved to, with the name there.</summary>
    public FileIdentity? NewDirectory { get; init; }

    /// <summary>The object itself.</summary>
    public FileIdentity? Object { get; init; }

    /// <summary>The name in <see cref="Directory"/>; empty: none.</summary>
    public byte[] Name { get; init; } = [];

    /// <summary>The name in <see cref="NewDirectory"/>.</summary>
    public byte[] NewName { get; init; } = [];

    /// <summary>Answers, unless it has been answered: whoever waits goes on.</summary>
    public void Decide(bool allowed)
    {
        if (Question is null)
            return;
        int answer = (int)(allowed ? PermissionVerdict.Allowed : PermissionVerdict.Denied);
        if (Interlocked.CompareExchange(ref verdict, answer, (int)PermissionVerdict.Unknown) == (int)PermissionVerdict.Unknown)
            Question.Answered.WakeAll();
    }

    /// <summary>Compares all but what happened; changes of directories' names and renames stay apart. fanotify(7).</summary>
    internal sealed class Likeness : IEqualityComparer<FanotifyEvent>
    {
        private const FileEvents Apart = FileEvents.FAN_ONDIR | FileEvents.FAN_RENAME;

        public bool Equals(FanotifyEvent? one, FanotifyEvent? other) =>
            one is not null && other is not null && ((one.Mask ^ other.Mask) & Apart) == 0 &&
            ReferenceEquals(one.Process, other.Process) && one.Id == other.Id && one.Place == other.Place &&
            one.Directory == other.Directory && one.NewDirectory == other.NewDirectory && one.Object == other.Object &&
            one.Name.AsSpan().SequenceEqual(other.Name) && one.NewName.AsSpan().SequenceEqual(other.NewName);

        public int GetHashCode(FanotifyEvent e)
        {
            var hash = new HashCode();
            hash.Add(e.Mask & Apart);
            hash.Add(e.Id);
            hash.Add(e.Place);
            hash.Add(e.Directory);
            hash.Add(e.NewDirectory);
            hash.Add(e.Object);
            hash.AddBytes(e.Name);
            hash.AddBytes(e.NewName);
            return hash.ToHashCode();
        }
    }
}
