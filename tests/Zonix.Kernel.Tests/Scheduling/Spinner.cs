using System.Diagnostics;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Tests.Scheduling;

/// <summary>A task that uses the CPU until somebody stops it.</summary>
internal sealed class Spinner(Spinner.Switch power) : IScript
{
    public SysResult? Call(KernelTask task)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalMicroseconds < 20)
        {
        }

        return Volatile.Read(ref power.IsOff) ? null : SysResult.Success;
    }

    public void Finished(KernelTask task, SysResult result)
    {
    }

    internal sealed class Switch
    {
        internal bool IsOff;
    }
}
