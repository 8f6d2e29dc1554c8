using System.Collections.Concurrent;

namespace Zonix.Kernel.Tasks;

/// <summary>How often guests asked for calls that do not exist here. Any thread.</summary>
public sealed class MissingCalls
{
    private readonly ConcurrentDictionary<string, int> counts = new();

    /// <summary>Counts one; <paramref name="call"/> names the ABI and the call.</summary>
    public void Count(string call) => counts.AddOrUpdate(call, 1, static (_, old) => old + 1);

    /// <summary>The counts, by name of the call.</summary>
    public IReadOnlyDictionary<string, int> Counts => counts;
}
