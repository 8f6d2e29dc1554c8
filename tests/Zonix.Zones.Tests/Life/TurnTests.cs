using Zonix.Zones.Streams;

namespace Zonix.Zones.Tests.Life;

/// <summary>One at a time, in order, and who gives up loses nobody's turn.</summary>
public sealed class TurnTests
{
    [Fact]
    public async Task Turns_come_in_order_and_those_who_leave_are_passed_over()
    {
        var turn = new Turn();
        await turn.EnterAsync();
        using var cancelled = new CancellationTokenSource();
        var order = new List<int>();
        Task first = Take(1, default), second = Take(2, cancelled.Token), third = Take(3, default);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        turn.Exit();
        await Task.WhenAll(first, third).WaitAsync(Workbench.Patience);
        Assert.Equal([1, 3], order);
        await turn.EnterAsync().WaitAsync(Workbench.Patience);

        async Task Take(int number, CancellationToken cancellation)
        {
            await turn.EnterAsync(cancellation);
            order.Add(number);
            turn.Exit();
        }
    }

    [Fact]
    public async Task Nobody_is_there_twice()
    {
        var turn = new Turn();
        int inside = 0, done = 0;
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                await turn.EnterAsync();
                Assert.Equal(1, Interlocked.Increment(ref inside));
                done++;
                Interlocked.Decrement(ref inside);
                turn.Exit();
            }
        }))).WaitAsync(Workbench.Patience);
        Assert.Equal(5000, done);
    }
}
