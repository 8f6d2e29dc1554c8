using System.Collections.Concurrent;

namespace Zonix.Kernel.Tasks;

/// <summary>Objects by their number. Any thread.</summary>
public sealed class NumberTable<TKey, TValue>
    where TKey : notnull
    where TValue : class
{
    private readonly ConcurrentDictionary<TKey, TValue> entries = new();

    /// <summary>The object of a number, if there is one.</summary>
    public TValue? this[TKey key] => entries.GetValueOrDefault(key);

    /// <summary>How many there are.</summary>
    public int Count => entries.Count;

    /// <summary>All objects: a snapshot, in no order.</summary>
    public ICollection<TValue> Snapshot() => entries.Values;

    internal void Add(TKey key, TValue value) => entries[key] = value;

    internal void Remove(TKey key) => entries.TryRemove(key, out _);
}
