using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Tests.Tasks;

/// <summary>Numbers of processes: the order they are given out in, their end, and those that somebody asked for.</summary>
public sealed class PidSpaceTests
{
    [Fact]
    public void Numbers_go_up_to_the_highest_and_begin_anew_behind_the_first_ones()
    {
        var pids = new PidSpace { PidMax = PidSpace.FirstReused + 3, LastNumber = PidSpace.FirstReused };
        Assert.Equal(PidSpace.FirstReused + 1, pids.Allocate());
        Assert.Equal(PidSpace.FirstReused + 2, pids.Allocate());
        Assert.Equal(PidSpace.FirstReused, pids.Allocate());
    }

    [Fact]
    public void The_next_number_follows_the_one_that_was_set()
    {
        var pids = new PidSpace { LastNumber = 5000 };
        Assert.Equal(5001, pids.Allocate());
        Assert.Equal(5001, pids.LastNumber);
    }

    [Fact]
    public void A_reserved_number_is_nobody_elses()
    {
        var pids = new PidSpace { LastNumber = 5000 };
        Assert.True(pids.TryReserve(5001));
        Assert.False(pids.TryReserve(5001));
        Assert.Equal(5002, pids.Allocate());
        pids.Forgo(5001);
        Assert.True(pids.TryReserve(5001));
    }
}
