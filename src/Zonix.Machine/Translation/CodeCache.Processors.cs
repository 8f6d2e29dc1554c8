namespace Zonix.Machine;

/// <content>
/// Keeping processors out of code. A processor announces that it is in guest code, and then looks whether it still may be
/// there: whoever changes that, and passes a barrier, is seen or sees the announcement.
/// </content>
public sealed unsafe partial class CodeCache
{
    private volatile bool _isClosed;

    /// <summary>No processor may enter code now: it waits for the lock.</summary>
    internal bool IsClosed
    {
        get => _isClosed;
        private set => _isClosed = value;
    }

    /// <summary>
    /// Makes the processors that run guest code of a window, or of any, leave it, and waits until they have. The caller holds
    /// the lock and is not in guest code.
    /// </summary>
    internal void Stop(MemoryWindow? window)
    {
        Interlocked.MemoryBarrierProcessWide();

        // Signals first, so that they all leave at the same time.
        foreach (Processor processor in _processors)
        {
            if (processor.IsInGuest && (window is null || processor.Window == window))
                processor.Kick();
        }

        foreach (Processor processor in _processors)
        {
            int passage = processor.Passage;
            if (!Processor.IsInside(passage) || (window is not null && processor.Window != window))
                continue;
            var spin = default(SpinWait);
            while (processor.Passage == passage)
            {
                spin.SpinOnce(sleep1Threshold: -1);
                if (spin.Count % 64 == 0)
                    processor.Kick();
            }
        }
    }

    /// <summary>Whether a processor may be reading a space's table, other than for one window.</summary>
    internal bool IsAnyoneIn(CodeSpace space, MemoryWindow? except = null)
    {
        Interlocked.MemoryBarrierProcessWide();
        foreach (Processor processor in _processors)
        {
            if (processor.IsInGuest && processor.Space == space && (except is null || processor.Window != except))
                return true;
        }

        return false;
    }
}
