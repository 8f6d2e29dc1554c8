namespace Zonix.Differential;

/// <summary>A small fast generator whose sequence depends on its seed only (splitmix64).</summary>
public sealed class Randomness(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 to below <paramref name="limit"/>.</summary>
    public int Below(int limit) => (int)((Next() >> 32) * (ulong)limit >> 32);

    /// <summary>From <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    public bool Percent(int chance) => Below(100) < chance;

    public bool PerMille(int chance) => Below(1000) < chance;

    public T Of<T>(IReadOnlyList<T> list) => list[Below(list.Count)];

    public T Of<T>(ReadOnlySpan<T> list) => list[Below(list.Length)];
}
