using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Zonix.Machine;

/// <summary>
/// The registers of one guest thread. It belongs to a task for life and needs no host thread while the task is blocked.
/// Not thread safe: only the worker that runs the task touches it.
/// </summary>
public sealed unsafe partial class CpuContext : IDisposable
{
    private const uint DefaultMxcsr = 0x1F80;
    private byte* _block;
    private MemoryWindow _window;

    /// <summary>A context with cleared registers.</summary>
    public CpuContext(MemoryWindow window)
    {
        _block = (byte*)NativeMemory.AlignedAlloc(CpuState.BlockSize, CpuState.Alignment);
        State = (CpuState*)(_block + CpuState.PushArea);
        NativeMemory.Clear(State, CpuState.StateSize);
        State->MxcsrHost = DefaultMxcsr;
        State->Registers.Rflags = 0x202;
        _window = window;
        Bind();
        ResetExtendedState();
    }

    /// <summary>Frees the native block if the owner forgot to.</summary>
    ~CpuContext() => Free();

    /// <summary>The address space this thread runs in.</summary>
    public MemoryWindow Window
    {
        get => _window;
        set
        {
            _window = value;
            Bind();
        }
    }

    /// <summary>The general registers.</summary>
    public ref GuestRegisters Registers => ref Unsafe.AsRef<GuestRegisters>(&State->Registers);

    /// <summary>The selectors of i386 code.</summary>
    public ref GuestSegments Segments => ref Unsafe.AsRef<GuestSegments>(&State->Segments);

    /// <summary>The entries of the global descriptor table that are the thread's own, from <see cref="SegmentLoads.FirstThreadEntry"/> on.</summary>
    public SegmentDescriptor[] ThreadSegments { get; } = new SegmentDescriptor[SegmentLoads.ThreadEntries];

    internal CpuState* State { get; private set; }

    /// <summary>Copies all registers of the parent, as clone(2) does.</summary>
    public void CopyStateFrom(CpuContext parent)
    {
        State->Registers = parent.State->Registers;
        Buffer.MemoryCopy(parent.State->Vectors, State->Vectors, (32 * 64) + 64, (32 * 64) + 64);
        Buffer.MemoryCopy(parent.State->Fpu, State->Fpu, 512, 512);
        State->Mxcsr = parent.State->Mxcsr;
        State->Segments = parent.State->Segments;
        parent.ThreadSegments.CopyTo(ThreadSegments, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Bind()
    {
        State->WindowBase = _window.Base;
        State->NegativeBase = -_window.Base;
        State->Mask = _window.Size - 1;
    }

    private void Free()
    {
        if (_block == null)
            return;
        NativeMemory.AlignedFree(_block);
        _block = null;
        State = null;
    }
}
