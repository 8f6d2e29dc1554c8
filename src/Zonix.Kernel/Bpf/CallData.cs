namespace Zonix.Kernel.Bpf;

/// <summary>The words of struct seccomp_data. The check of a program has seen to it that it loads only those.</summary>
public readonly ref struct CallData(ReadOnlySpan<uint> words) : IBpfData
{
    private readonly ReadOnlySpan<uint> words = words;

    /// <inheritdoc/>
    public uint Length => (uint)words.Length * sizeof(uint);

    /// <inheritdoc/>
    public bool TryLoad(int width, uint at, out uint value)
    {
        value = words[(int)(at / sizeof(uint))];
        return true;
    }
}
