namespace Zonix.Lx.Seccomp;

/// <summary>What a task lets its system calls be asked. seccomp(2). Immutable; handed on by clone(2), kept by execve(2).</summary>
/// <param name="Filter">The newest filter; null in strict mode.</param>
internal sealed record SeccompState(SeccompFilter? Filter)
{
    /// <summary>Only read, write, exit and the return from signal handlers.</summary>
    internal static SeccompState Strict { get; } = new((SeccompFilter?)null);

    /// <summary>SECCOMP_MODE_STRICT or SECCOMP_MODE_FILTER.</summary>
    internal int Mode => Filter is null ? 1 : 2;

    /// <summary>How many filters there are.</summary>
    internal int Count
    {
        get
        {
            int count = 0;
            for (SeccompFilter? filter = Filter; filter is not null; filter = filter.Previous)
                count++;
            return count;
        }
    }
}
