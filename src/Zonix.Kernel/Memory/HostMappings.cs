using Zonix.Host.Files;

namespace Zonix.Kernel.Memory;

/// <summary>
/// The mappings that a machine's address spaces have in the host, which allows a process only so many. When they run short,
/// the windows of processes that sleep are put away; they are filled again as they are touched. Any thread.
/// </summary>
/// <remarks>Its gate is a leaf: inside it no other lock is taken.</remarks>
public sealed class HostMappings
{
    // What .NET, the code area and the tables of translations need.
    private const int Reserve = 4096;
    private const int Batch = 64;

    private readonly Lock gate = new();
    private readonly LinkedList<AddressSpace> spaces = [];
    private readonly Lazy<int> budget;
    private int used;
    private int isPuttingAway;

    /// <summary>Bounded by the host's limit, or by <paramref name="limit"/>.</summary>
    public HostMappings(int? limit = null) =>
        budget = new(() => Math.Max(Reserve, ((limit ?? HostProcessLimits.MaximumMappings) - Reserve) / 2));

    /// <summary>An estimate of the mappings in use.</summary>
    public int Used => Volatile.Read(ref used);

    /// <summary>Whether no more can be had: what is left is for processes with few.</summary>
    internal bool IsExhausted => Used >= budget.Value;

    /// <summary>An address space has been made.</summary>
    public void Add(AddressSpace space)
    {
        lock (gate)
        {
            spaces.AddLast(space);
        }
    }

    /// <summary>An address space is gone.</summary>
    internal void Remove(AddressSpace space)
    {
        lock (gate)
        {
            spaces.Remove(space);
        }
    }

    /// <summary>Notes a change of what an address space needs; makes room when that is too much. No lock of it is held.</summary>
    internal void Change(int difference)
    {
        if (Interlocked.Add(ref used, difference) > budget.Value && difference > 0)
        {
            MakeRoom();
        }
    }

    private void MakeRoom()
    {
        if (Interlocked.Exchange(ref isPuttingAway, 1) != 0)
        {
            return;
        }

        var wanted = budget.Value - (budget.Value / 8);
        int left;
        lock (gate)
        {
            left = spaces.Count;
        }

        while (left > 0 && Used > wanted)
        {
            foreach (var space in TakeOldest(Math.Min(left, Batch)))
            {
                if (space.User is not { IsIdle: false })
                {
                    _ = space.PutAway();
                }
            }

            left -= Batch;
        }

        Volatile.Write(ref isPuttingAway, 0);
    }

    /// <summary>The next ones in turn; they go to the end.</summary>
    private List<AddressSpace> TakeOldest(int count)
    {
        var oldest = new List<AddressSpace>(count);
        lock (gate)
        {
            while (oldest.Count < count && spaces.First is { } first)
            {
                spaces.RemoveFirst();
                spaces.AddLast(first);
                oldest.Add(first.Value);
            }
        }

        return oldest;
    }
}
