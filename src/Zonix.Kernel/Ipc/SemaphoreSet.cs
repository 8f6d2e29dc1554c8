using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Ipc;

/// <summary>A set of semaphores, and who waits for them. semget(2). Guarded by the gate of its table.</summary>
public sealed class SemaphoreSet : IpcObject
{
    internal SemaphoreSet(int key, uint mode, Credentials creator, int count)
        : base(key, mode, creator)
    {
        Values = new int[count];
        LastPids = new int[count];
    }

    /// <summary>The values.</summary>
    public int[] Values { get; }

    /// <summary>Who changed each of them last.</summary>
    public int[] LastPids { get; }

    /// <summary>When semop(2) last succeeded, seconds.</summary>
    public long OperationTime { get; internal set; }

    /// <summary>Those that wait for zero only: served before those who change values.</summary>
    internal LinkedList<SemaphoreWait> Readers { get; } = new();

    /// <summary>Those whose operations change values, oldest first.</summary>
    internal LinkedList<SemaphoreWait> Writers { get; } = new();

    /// <summary>The adjustments that processes would make at their end.</summary>
    internal List<int[]> Undos { get; } = [];

    /// <summary>GETNCNT, GETZCNT: how many wait for this semaphore, to grow or to become zero.</summary>
    public int CountWaiters(int number, bool forZero) => Count(Readers, number, forZero) + Count(Writers, number, forZero);

    /// <summary>Serves everybody who can be served now.</summary>
    internal void Serve(long now)
    {
        bool again = true;
        while (again)
        {
            ServeFirst(Readers, now, all: true);
            again = ServeFirst(Writers, now, all: false);
        }
    }

    /// <summary>Forgets what processes would undo. SETVAL, SETALL.</summary>
    internal void ClearUndo(int number)
    {
        foreach (int[] adjustments in Undos)
            adjustments[number] = 0;
    }

    private static int Count(LinkedList<SemaphoreWait> waits, int number, bool forZero)
    {
        int count = 0;
        foreach (SemaphoreWait wait in waits)
            count += wait.Blocking.Number == number && (wait.Blocking.Operation == 0) == forZero ? 1 : 0;
        return count;
    }

    // Answers whether values were changed: then those before in the list have a new chance.
    private bool ServeFirst(LinkedList<SemaphoreWait> waits, long now, bool all)
    {
        LinkedListNode<SemaphoreWait>? node = waits.First;
        while (node is not null)
        {
            LinkedListNode<SemaphoreWait>? next = node.Next;
            if (node.Value.Perform(out SysResult result))
            {
                waits.Remove(node);
                if (!result.IsError)
                    OperationTime = now;
                node.Value.Complete(result);
                if (!all && !result.IsError)
                    return true;
            }
            node = next;
        }
        return false;
    }
}
