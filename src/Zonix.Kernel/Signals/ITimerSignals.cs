using Zonix.Abi;

namespace Zonix.Kernel.Signals;

/// <summary>Who sends the signals of timers, and wants to know when one is taken: it then counts overruns and goes on.</summary>
public interface ITimerSignals
{
    /// <summary>A task takes a signal with SI_TIMER; the overrun count is filled in. Called without locks.</summary>
    void Taken(ref SigInfo info);
}
