using CsCheck;
using Zonix.Kernel.Time;

namespace Zonix.Kernel.Tests.Time;

public sealed class TimerQueueTests
{
    [Fact]
    public void Expires_in_order_what_is_armed_and_due() =>
        Gen.Select(Gen.Int[0, 15], Gen.Long[0, 1000], Gen.Bool).Array[1, 200].Sample(steps =>
        {
            var queue = new TimerQueue();
            var expired = new List<long>();
            var model = new long?[16];
            var timers = new KernelTimer[16];
            for (var i = 0; i < timers.Length; i++)
                timers[i] = new KernelTimer(new Recorder(expired, model, i));
            foreach (var (index, deadline, arm) in steps)
            {
                if (arm)
                {
                    queue.Arm(timers[index], deadline);
                    model[index] = deadline;
                }
                else
                {
                    Assert.Equal(model[index] is not null, queue.Cancel(timers[index]));
                    model[index] = null;
                }
            }

            Assert.Equal(model.Min() ?? long.MaxValue, queue.NextDeadlineNs);
            var due = model.Where(d => d <= 500).Select(d => d!.Value).Order().ToList();
            queue.Expire(500);
            Assert.Equal(due, expired);
            Assert.Equal(model.Where(d => d > 500).Min() ?? long.MaxValue, queue.NextDeadlineNs);
        }, iter: 500);

    private sealed class Recorder(List<long> expired, long?[] model, int index) : IExpiry
    {
        public void Expired(long nowNs) => expired.Add(model[index]!.Value);
    }
}
