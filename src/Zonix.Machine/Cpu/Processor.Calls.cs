using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Zonix.Machine;

/// <summary>Calls that are answered without leaving <see cref="Run"/>.</summary>
public sealed unsafe partial class Processor
{
    // How the stubs name this processor to Answer.
    private GCHandle _handle;
    private IGuestCalls? _calls;

    /// <summary>Called by the stub of a call: whether guest code goes on behind it.</summary>
    [UnmanagedCallersOnly]
    internal static int Answer(CpuState* state)
    {
        Processor processor = Unsafe.As<Processor>(GCHandle.FromIntPtr(state->Processor).Target!);
        processor.Leave();
        bool goesOn = processor._calls!.Answer();
        state->Registers.Rsp &= state->Mask;
        // Announced before anything is looked at, as in TryAnnounce. The call may have moved the address space to another
        // window, whose base the GS register does not hold yet.
        processor._passage++;
        return goesOn && state->WindowBase == processor._gsBase && processor._window!.Code == processor._space && !processor._cache.IsClosed ? 1 : 0;
    }

    private void BindCalls(CpuState* state, MemoryWindow window, IGuestCalls? calls)
    {
        _calls = calls;
        state->Processor = GCHandle.ToIntPtr(_handle);
        state->PlainCalls = (calls?.PlainCalls ?? CallSet.Empty).Marks;
        state->CallExit = calls is null ? Unanswered(window) : window.IsI386 ? _stubs.ExitAnswer80 : _stubs.ExitAnswer;
    }

    private nint Unanswered(MemoryWindow window) => window.IsI386 ? _stubs.ExitInterrupt80 : _stubs.ExitUnanswered;
}
