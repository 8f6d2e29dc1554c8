using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tests.Scheduling;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tests.Waiting;

/// <summary>One of several tasks that pass a turn around: each waits for its own, then hands it to the next.</summary>
internal sealed class PingPong(PingPong.Table table, int me, int rounds) : IScript, IOperation
{
    private int done;

    public SysResult? Call(KernelTask task) => done == rounds ? null : task.Block(table.Queues[me], this);

    public void Finished(KernelTask task, SysResult result)
    {
        Assert.Equal(SysResult.Success, result);
        done++;
        var next = (me + 1) % table.Queues.Length;
        Volatile.Write(ref table.Turn, next);
        table.Queues[next].WakeAll();
    }

    public bool Try(KernelTask task, out SysResult result)
    {
        result = SysResult.Success;
        return Volatile.Read(ref table.Turn) == me;
    }

    internal sealed class Table(int players)
    {
        internal int Turn;

        internal WaitQueue[] Queues { get; } = [.. Enumerable.Range(0, players).Select(_ => new WaitQueue())];
    }
}
