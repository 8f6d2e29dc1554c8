using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Syscalls;
using Zonix.Machine;

namespace Zonix.Lx.Tasks;

/// <summary>
/// How the system part of CPU time is found without looking at a clock at each call: some calls are measured, and each of
/// these stands for those since the one before. The first calls of a task are all measured; the distance grows to about 64,
/// and varies, so that it does not fall into step with the program.
/// </summary>
internal static class CallSampling
{
    private const int SamplesPerStep = 64;
    private const int LongestStep = 64;

    /// <summary>Answers a call, and measures how long that takes.</summary>
    internal static SysResult Dispatch(KernelTask task, LxTask state, uint number, bool isI386, ref GuestRegisters registers)
    {
        var start = task.Machine.Clock.MonotonicNs;
        var result = isI386
            ? SyscallDispatch.I386(task, number, ref registers)
            : SyscallDispatch.X64(task, number, ref registers);
        task.AddSystemTime(Math.Max(0, task.Machine.Clock.MonotonicNs - start) * state.SampleWeight);
        var samples = ++state.Samples;
        var step = Math.Min(1 + (samples / SamplesPerStep), LongestStep);
        // A multiplicative hash of the count: half the step to one and a half.
        var varied = step == 1 ? 1 : (step / 2) + (int)(((uint)samples * 0x9E3779B9u) >> 16) % step;
        state.SampleWeight = Math.Max(1, varied);
        state.CallsToSample = state.SampleWeight - 1;
        return result;
    }
}
