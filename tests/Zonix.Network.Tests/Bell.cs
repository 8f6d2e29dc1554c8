using Zonix.Kernel.Waiting;

namespace Zonix.Network.Tests;

/// <summary>A thread of a test that waits in queues of the kernel.</summary>
internal sealed class Bell : IWaiter, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ManualResetEventSlim rung = new();

    bool IWaiter.Notify(WaitEntry entry)
    {
        rung.Set();
        return true;
    }

    public void Dispose() => rung.Dispose();

    /// <summary>Tries until it is done, once for each time that the queue is woken.</summary>
    public static T Until<T>(WaitQueue queue, Func<(bool IsDone, T Result)> attempt)
    {
        using var bell = new Bell();
        var entry = new WaitEntry(bell);
        queue.Enrol(entry);
        try
        {
            while (true)
            {
                bell.rung.Reset();
                (bool isDone, T result) = attempt();
                if (isDone)
                    return result;
                Assert.True(bell.rung.Wait(Patience, TestContext.Current.CancellationToken), "Nothing happened in time.");
            }
        }
        finally
        {
            entry.Leave();
        }
    }
}
