using Zonix.Abi;
using Zonix.Kernel.Ipc;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Tests.Ipc;

/// <summary>The numbers of System V objects.</summary>
public sealed class IpcTableTests
{
    private readonly IpcTable<MessageQueue> table = new();

    [Fact]
    public void An_index_is_used_again_late_and_with_another_sequence()
    {
        var seen = new HashSet<int>();
        for (int i = 0; i < 1000; i++)
        {
            MessageQueue queue = Make(0);
            Assert.True(seen.Add(queue.Id), "a number came back");
            Assert.Same(queue, table.Find(queue.Id));
            table.Remove(queue);
            Assert.Null(table.Find(queue.Id));
        }
    }

    [Fact]
    public void A_chosen_number_is_given_once()
    {
        table.NextId = (7 << IpcTable.IndexBits) | 20;
        Assert.Equal((7 << IpcTable.IndexBits) | 20, Make(0).Id);
        Assert.Equal(-1, table.NextId);
        Assert.Equal(0, Make(0).Id);
        table.NextId = 20;
        Assert.Equal(21, Make(0).Id);
    }

    [Fact]
    public void A_key_finds_its_object_until_it_is_hidden()
    {
        MessageQueue queue = Make(5);
        Assert.Equal(queue.Id, Get(5, 0).Value);
        Assert.Equal((SysResult)Errno.EEXIST, Get(5, (int)(IpcFlags.IPC_CREAT | IpcFlags.IPC_EXCL)));
        table.Forget(queue);
        Assert.Equal((SysResult)Errno.ENOENT, Get(5, 0));
        Assert.Same(queue, table.Find(queue.Id));
    }

    [Fact]
    public void Limits_hold()
    {
        for (int i = 0; i < 70; i++)
            Make(0);
        Assert.Equal((SysResult)Errno.ENOSPC, table.Add(new MessageQueue(0, 0, Credentials.Root, 1), 70));
    }

    private MessageQueue Make(int key)
    {
        var queue = new MessageQueue(key, 0x180, Credentials.Root, 100);
        Assert.False(table.Add(queue, 1000).IsError);
        return queue;
    }

    private SysResult Get(int key, int flags) => table.Get(Credentials.Root, key, flags, _ => 0, () => Errno.ENOSPC);
}
