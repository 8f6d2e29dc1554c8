using Zonix.Abi;

namespace Zonix.Kernel.Signals;

/// <summary>A signal in a queue.</summary>
/// <param name="Info">What its handler is told.</param>
/// <param name="Account">The user it counts against until it is taken; null: nobody.</param>
/// <param name="FromTimer">A timer has sent it, and wants to know when it is taken.</param>
internal readonly record struct QueuedSignal(SigInfo Info, SignalAccount? Account, bool FromTimer);
