namespace Zonix.Abi;

/// <summary>The form of x86-64 holds all there is.</summary>
[GuestStructure]
public partial struct LinuxStat : IStatFormat<LinuxStat>
{
    /// <inheritdoc/>
    public static Errno From(in LinuxStat full, out LinuxStat made)
    {
        made = full;
        return 0;
    }
}
