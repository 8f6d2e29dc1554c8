namespace Zonix.Abi;

/// <summary>A form in which a call tells a file's attributes.</summary>
public interface IStatFormat<TSelf>
    where TSelf : unmanaged, IStatFormat<TSelf>, IGuestStructure<TSelf>
{
    /// <summary>Makes it from the full one; EOVERFLOW: a number does not fit.</summary>
    static abstract Errno From(in LinuxStat full, out TSelf made);
}
