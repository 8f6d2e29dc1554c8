using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;
using Zonix.Machine;

namespace Zonix.Lx;

/// <summary>Answers the calls of one task while its guest code keeps the CPU.</summary>
internal sealed class CallAnswers(LxBrand brand, KernelTask task, LxTask state) : IGuestCalls
{
    /// <summary>The worker that runs the task.</summary>
    internal Worker Worker { get; set; } = null!;

    /// <summary>A call ended with an exception: the task is over.</summary>
    internal bool HasFailed { get; private set; }

    /// <inheritdoc/>
    public CallSet PlainCalls => IsSampled || state.Seccomp is not null || task.Tracee is not null ? CallSet.Empty : brand.PlainCalls(task.Cpu.Window.IsI386);

    // The next call is measured, for which clocks are read: no plain call does that.
    private bool IsSampled => state.CallsToSample <= 0;

    /// <inheritdoc/>
    public bool Answer()
    {
        try
        {
            var plain = PlainCalls;
            return brand.Call(task, state, isI386: task.Cpu.Window.IsI386) && !LxBrand.NeedsAttention(task, state) && Worker.CanStay && ReferenceEquals(PlainCalls, plain);
        }
        catch (Exception bug)
        {
            // The machine's code lies between here and the brand's own handler.
            LxBrand.Oops(task, bug);
            HasFailed = true;
            return false;
        }
    }
}
