using Zonix.Kernel.Bpf;

namespace Zonix.Lx.Seccomp;

/// <summary>A filter of system calls, and those installed before it, which all are asked. seccomp(2).</summary>
internal sealed class SeccompFilter(BpfProgram program, SeccompFilter? previous)
{
    internal const uint ActionMask = 0xFFFF_0000, DataMask = 0xFFFF;
    internal const uint SECCOMP_RET_ALLOW = 0x7FFF_0000;

    // Linux counts this for each filter besides its instructions.
    private const int Overhead = 4;

    internal SeccompFilter? Previous => previous;

    /// <summary>The instructions of all filters together.</summary>
    internal int TotalLength { get; } = program.Length + (previous is null ? 0 : previous.TotalLength + Overhead);

    /// <summary>Asks all filters: the answer that permits least counts, of equal ones the newest filter's.</summary>
    internal uint Ask(ReadOnlySpan<uint> data)
    {
        uint answer = SECCOMP_RET_ALLOW;
        bool isFirst = true;
        for (SeccompFilter? filter = this; filter is not null; filter = filter.Previous)
        {
            uint one = filter.Run(data);
            // As signed numbers, KILL_PROCESS is the least, and ALLOW the greatest.
            if (isFirst || (int)(one & ActionMask) < (int)(answer & ActionMask))
                answer = one;
            isFirst = false;
        }

        return answer;
    }

    /// <summary>Whether this filter is <paramref name="other"/> or was installed after it.</summary>
    internal static bool Includes(SeccompFilter? newest, SeccompFilter? other)
    {
        for (SeccompFilter? filter = newest; filter is not null; filter = filter.Previous)
        {
            if (ReferenceEquals(filter, other))
                return true;
        }

        return other is null;
    }

    private uint Run(ReadOnlySpan<uint> data) => program.Run(new CallData(data));
}
