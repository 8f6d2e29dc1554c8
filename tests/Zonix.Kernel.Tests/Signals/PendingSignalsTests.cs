using Zonix.Abi;
using Zonix.Kernel.Signals;

namespace Zonix.Kernel.Tests.Signals;

public sealed class PendingSignalsTests
{
    [Fact]
    public void Faults_come_first_then_low_numbers()
    {
        var pending = new PendingSignals();
        foreach (var signal in new[] { Signal.SIGTERM, Signal.SIGSEGV, Signal.SIGHUP, Signal.SIGRTMIN })
            Assert.True(pending.Add(SigInfo.FromKernel((int)signal)));
        Assert.Equal([Signal.SIGSEGV, Signal.SIGHUP, Signal.SIGTERM, Signal.SIGRTMIN], TakeAll(pending).Select(i => (Signal)i.Signo));
        Assert.Equal(0UL, pending.Set);
    }

    [Fact]
    public void Standard_signals_are_kept_once_and_real_time_ones_queue_in_order()
    {
        var pending = new PendingSignals();
        Assert.True(pending.Add(SigInfo.FromKernel((int)Signal.SIGUSR1)));
        Assert.False(pending.Add(SigInfo.FromKernel((int)Signal.SIGUSR1)));
        for (var value = 0UL; value < 3; value++)
            Assert.True(pending.Add(SigInfo.FromSender(40, SigCode.SI_QUEUE, 1, 0, value)));
        Assert.True(pending.Take(SignalMask.Of(40), out var first));
        Assert.Equal(0UL, first.Word1);
        Assert.NotEqual(0UL, pending.Set & SignalMask.Of(40));
        Assert.Equal([(int)Signal.SIGUSR1, 40, 40], TakeAll(pending).Select(i => i.Signo));
    }

    [Fact]
    public void Discarding_forgets_all_of_a_signal()
    {
        var pending = new PendingSignals();
        pending.Add(SigInfo.FromSender(40, SigCode.SI_QUEUE, 1, 0, 1));
        pending.Add(SigInfo.FromSender(40, SigCode.SI_QUEUE, 1, 0, 2));
        pending.Add(SigInfo.FromKernel((int)Signal.SIGTSTP));
        pending.Discard(SignalMask.Of(40) | SignalMask.Stop);
        Assert.False(pending.Take(ulong.MaxValue, out _));
    }

    [Fact]
    public unsafe void Siginfo_has_the_size_of_the_abi() => Assert.Equal(128, sizeof(SigInfo));

    private static List<SigInfo> TakeAll(PendingSignals pending)
    {
        var taken = new List<SigInfo>();
        while (pending.Take(ulong.MaxValue, out var info))
            taken.Add(info);
        return taken;
    }
}
