using Zonix.Abi;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tests.Scheduling;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tests.Waiting;

public sealed class WaitQueueTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(2, 5)]
    [InlineData(4, 3)]
    public void No_wake_up_is_lost(int cpus, int players)
    {
        const int rounds = 20_000;
        using var machine = new TestMachine(cpus);
        var table = new PingPong.Table(players);
        for (var i = 0; i < players; i++)
            machine.Add(new PingPong(table, i, rounds));
        machine.Run(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void A_deadline_ends_the_wait_in_time()
    {
        using var machine = new TestMachine(2);
        var script = new OneWait(new WaitQueue(), machine.Kernel.Clock.MonotonicNs + 30_000_000, Restart.IfSaRestart);
        machine.Add(script);
        machine.Run(TimeSpan.FromSeconds(10));
        Assert.Equal((SysResult)Errno.ETIMEDOUT, script.Result);
        Assert.InRange(script.EndNs - script.DeadlineNs, 0, 1_000_000_000);
    }

    [Fact]
    public void A_deadline_of_zero_does_not_wait()
    {
        using var machine = new TestMachine(1);
        var script = new OneWait(new WaitQueue(), 0, Restart.IfSaRestart);
        machine.Add(script);
        machine.Run(TimeSpan.FromSeconds(10));
        Assert.Equal((SysResult)Errno.ETIMEDOUT, script.Result);
    }

    [Theory]
    [InlineData(Restart.IfSaRestart, -KernelErrno.ERESTARTSYS)]
    [InlineData(Restart.IfNoHandler, -KernelErrno.ERESTARTNOHAND)]
    [InlineData(Restart.Block, -KernelErrno.ERESTART_RESTARTBLOCK)]
    [InlineData(Restart.Never, -(int)Errno.EINTR)]
    public async Task A_signal_ends_the_wait(Restart restart, int expected)
    {
        using var machine = new TestMachine(2);
        var script = new OneWait(new WaitQueue(), long.MaxValue, restart);
        var task = machine.Add(script);
        task.Start();
        Assert.True(SpinWait.SpinUntil(() => task.IsParked, 10_000));
        SignalSending.Send(task, SigInfo.FromKernel((int)Signal.SIGUSR1));
        await machine.Process.Completion.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(expected, script.Result.Raw);
    }

    [Fact]
    public async Task A_blocked_signal_does_not()
    {
        using var machine = new TestMachine(2);
        var queue = new WaitQueue();
        var script = new OneWait(queue, long.MaxValue, Restart.Never);
        var task = machine.Add(script);
        SignalSending.SetBlocked(task, SignalMask.Of(Signal.SIGUSR1));
        task.Start();
        Assert.True(SpinWait.SpinUntil(() => task.IsParked, 10_000));
        SignalSending.Send(task, SigInfo.FromKernel((int)Signal.SIGUSR1));
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.False(machine.Process.Completion.IsCompleted);
        script.Finish = true;
        queue.WakeAll();
        await machine.Process.Completion.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(SysResult.Success, script.Result);
    }

    [Fact]
    public void Ten_thousand_sleepers_need_no_threads()
    {
        using var machine = new TestMachine(2);
        var before = System.Diagnostics.Process.GetCurrentProcess().Threads.Count;
        var now = machine.Kernel.Clock.MonotonicNs;
        var scripts = new List<OneWait>();
        for (var i = 0; i < 10_000; i++)
        {
            var script = new OneWait(new WaitQueue(), now + 200_000_000 + (i % 100 * 1_000_000), Restart.Never);
            scripts.Add(script);
            machine.Add(script);
        }

        machine.Run(TimeSpan.FromSeconds(60));
        Assert.All(scripts, script => Assert.Equal((SysResult)Errno.ETIMEDOUT, script.Result));
        Assert.InRange(System.Diagnostics.Process.GetCurrentProcess().Threads.Count - before, 0, 20);
    }

    private sealed class OneWait(WaitQueue queue, long deadlineNs, Restart restart) : IScript, IOperation
    {
        private bool called;

        internal SysResult Result { get; private set; }

        internal long EndNs { get; private set; }

        internal long DeadlineNs => deadlineNs;

        internal bool Finish { get; set; }

        public SysResult? Call(KernelTask task)
        {
            if (called)
                return null;
            called = true;
            return task.Block(queue, this, deadlineNs, restart);
        }

        public void Finished(KernelTask task, SysResult result)
        {
            Result = result;
            EndNs = task.Machine.Clock.MonotonicNs;
        }

        public bool Try(KernelTask task, out SysResult result)
        {
            result = SysResult.Success;
            return Finish;
        }
    }
}
