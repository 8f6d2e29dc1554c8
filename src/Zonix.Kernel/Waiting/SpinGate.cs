namespace Zonix.Kernel.Waiting;

/// <summary>
/// A lock for a handful of instructions: no allocation, no host call unless contended for long. Not reentrant. Nothing
/// that may block, allocate much or call a guest's memory runs under it.
/// </summary>
public struct SpinGate
{
    private int held;

    /// <summary>Takes the gate.</summary>
    public void Enter()
    {
        if (Interlocked.CompareExchange(ref held, 1, 0) != 0)
        {
            Contend();
        }
    }

    /// <summary>Gives the gate back.</summary>
    public void Exit() => Volatile.Write(ref held, 0);

    private void Contend()
    {
        var spin = default(SpinWait);
        do
        {
            spin.SpinOnce(sleep1Threshold: 50);
        }
        while (Volatile.Read(ref held) != 0 || Interlocked.CompareExchange(ref held, 1, 0) != 0);
    }
}
