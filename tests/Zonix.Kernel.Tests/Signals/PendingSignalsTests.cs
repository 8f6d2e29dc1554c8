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
            Assert.True(Add(pending, SigInfo.FromKernel((int)signal)));
        Assert.Equal([Signal.SIGSEGV, Signal.SIGHUP, Signal.SIGTERM, Signal.SIGRTMIN], TakeAll(pending).Select(i => (Signal)i.Signo));
        Assert.Equal(0UL, pending.Set);
    }

    [Fact]
    public void Standard_signals_are_kept_once_and_real_time_ones_queue_in_order()
    {
        var pending = new PendingSignals();
        Assert.True(Add(pending, SigInfo.FromKernel((int)Signal.SIGUSR1)));
        Assert.False(Add(pending, SigInfo.FromKernel((int)Signal.SIGUSR1)));
        for (var value = 0UL; value < 3; value++)
            Assert.True(Add(pending, SigInfo.FromSender(40, SigCode.SI_QUEUE, 1, 0, value)));
        Assert.True(pending.Take(SignalMask.Of(40), out var first));
        Assert.Equal(0UL, first.Info.Word1);
        Assert.NotEqual(0UL, pending.Set & SignalMask.Of(40));
        Assert.Equal([(int)Signal.SIGUSR1, 40, 40], TakeAll(pending).Select(i => i.Signo));
    }

    [Fact]
    public void Discarding_forgets_all_of_a_signal()
    {
        var pending = new PendingSignals();
        Add(pending, SigInfo.FromSender(40, SigCode.SI_QUEUE, 1, 0, 1));
        Add(pending, SigInfo.FromSender(40, SigCode.SI_QUEUE, 1, 0, 2));
        Add(pending, SigInfo.FromKernel((int)Signal.SIGTSTP));
        pending.Discard(SignalMask.Of(40) | SignalMask.Stop);
        Assert.False(pending.Take(ulong.MaxValue, out _));
    }

    [Fact]
    public unsafe void Siginfo_has_the_size_of_the_abi() => Assert.Equal(128, sizeof(SigInfo));

    [Fact]
    public void One_that_lost_its_information_is_taken_once_and_tells_nothing()
    {
        var pending = new PendingSignals();
        pending.AddBare(40);
        pending.AddBare(40);
        SigInfo taken = Assert.Single(TakeAll(pending));
        Assert.Equal((40, SigCode.SI_USER, 0UL), (taken.Signo, taken.Code, taken.Word0));
    }

    [Fact]
    public void What_is_queued_counts_against_its_user_until_it_is_taken_or_forgotten()
    {
        var pending = new PendingSignals();
        var account = new SignalAccount();
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(i < 3, account.TryCharge(3));
            if (i < 3)
                Assert.True(pending.Add(new QueuedSignal(SigInfo.FromSender(40 + i, SigCode.SI_QUEUE, 1, 0), account, false)));
        }
        Assert.Equal(3, account.Count);
        Assert.True(pending.Take(ulong.MaxValue, out _));
        Assert.Equal(2, account.Count);
        pending.Discard(SignalMask.Of(41));
        Assert.Equal(1, account.Count);
        pending.Close();
        Assert.True(account.TryCharge(3));
        Assert.False(pending.Add(new QueuedSignal(SigInfo.FromSender(40, SigCode.SI_QUEUE, 1, 0), account, false)));
        Assert.Equal(0, account.Count);
    }

    private static bool Add(PendingSignals pending, SigInfo info) => pending.Add(new QueuedSignal(info, null, false));

    private static List<SigInfo> TakeAll(PendingSignals pending)
    {
        var taken = new List<SigInfo>();
        while (pending.Take(ulong.MaxValue, out var signal))
            taken.Add(signal.Info);
        return taken;
    }
}
