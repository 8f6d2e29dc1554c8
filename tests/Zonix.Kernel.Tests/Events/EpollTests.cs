using Zonix.Abi;
using Zonix.Kernel.Events;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Tests.Events;

/// <summary>What is collected while files ring: each item once, none lost.</summary>
public sealed class EpollTests
{
    private const uint In = (uint)PollEvents.POLLIN, EdgeTriggered = (uint)EpollOptions.EPOLLET;
    private readonly EpollFile set = new(new BareInode());
    private readonly (uint Events, ulong Data)[] room = new (uint, ulong)[8];

    [Fact]
    public void An_item_that_rings_while_it_is_collected_is_reported_once()
    {
        RingingFile file = Watch(1, In);
        file.Asked = file.ReadQueue.WakeAll;

        Assert.Equal(1, set.Collect(room));
    }

    [Fact]
    public void Items_stay_on_the_list_though_an_earlier_one_rings_meanwhile()
    {
        RingingFile first = Watch(1, In);
        Watch(2, In).Asked = first.ReadQueue.WakeAll;
        Watch(3, In);

        Assert.Equal([1ul, 2, 3], Collected());
        Assert.Equal([1ul, 2, 3], Collected());
    }

    [Fact]
    public void What_there_was_no_room_for_comes_first_the_next_time()
    {
        for (int i = 1; i <= 3; i++)
            Watch(i, In);

        Assert.Equal(2, set.Collect(room.AsSpan(0, 2)));
        Assert.Equal([3ul, 1, 2], Collected());
    }

    [Fact]
    public void An_edge_after_the_file_was_asked_is_for_the_next_time()
    {
        RingingFile file = Watch(1, In | EdgeTriggered);
        file.Asked = () =>
        {
            file.Asked = null;
            file.ReadQueue.WakeAll();
        };

        Assert.Equal([1ul], Collected());
        Assert.Equal([1ul], Collected());
        Assert.Empty(Collected());
    }

    private RingingFile Watch(int fd, uint interest)
    {
        var file = new RingingFile(new BareInode());
        Assert.Equal((Errno)0, set.Add(new Fd(fd), new OpenFileDescription(file, default, 0), interest, (ulong)fd));
        return file;
    }

    private ulong[] Collected()
    {
        int found = set.Collect(room);
        return [.. room.Take(found).Select(static e => e.Data)];
    }
}
