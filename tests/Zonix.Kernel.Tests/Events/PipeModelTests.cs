using Zonix.Abi;
using Zonix.Kernel.Events;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Tests.Events;

/// <summary>Pipes against a queue of bytes: whatever is done to them, bytes come out in the order they went in, each once.</summary>
public sealed class PipeModelTests
{
    private readonly Random random = new(5);
    private readonly Pipe first = new(), second = new();
    private readonly Queue<byte> inFirst = new(), inSecond = new();
    private byte next;

    [Fact]
    public void Bytes_come_out_in_order()
    {
        first.Open(reads: true, writes: true);
        second.Open(reads: true, writes: true);
        for (int step = 0; step < 5_000; step++)
        {
            switch (random.Next(8))
            {
                case 0 or 1 or 2:
                    Write();
                    break;
                case 3:
                    Read(first, inFirst);
                    break;
                case 4:
                    Read(second, inSecond);
                    break;
                case 5:
                    Transfer();
                    break;
                case 6:
                    TakeAndPutBack();
                    break;
                default:
                    Resize();
                    break;
            }

            Assert.Equal(inFirst.Count, first.Available);
            Assert.Equal(inSecond.Count, second.Available);
        }
    }

    private int Size() => random.Next(3) switch { 0 => random.Next(1, 10), 1 => random.Next(1, 5000), _ => random.Next(1, 20_000) };

    private void Write()
    {
        var bytes = new byte[Size()];
        byte value = next;
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = value++;
        var buffer = new UserBuffer(bytes, 0, bytes.Length);
        SysResult result = first.Write(ref buffer, packets: false);
        if (result == Errno.EAGAIN)
            return;
        Assert.True(bytes.Length > Pipe.PIPE_BUF || result.Value == bytes.Length, "a write of at most PIPE_BUF bytes is whole or not at all");
        for (int i = 0; i < result.Value; i++)
            inFirst.Enqueue(next++);
    }

    private void Read(Pipe pipe, Queue<byte> model)
    {
        var bytes = new byte[Size()];
        var buffer = new UserBuffer(bytes, 0, bytes.Length);
        SysResult result = pipe.Read(ref buffer);
        Assert.Equal(model.Count == 0 ? -(long)Errno.EAGAIN : Math.Min(model.Count, bytes.Length), result.Raw);
        for (int i = 0; i < result.Value; i++)
            Assert.Equal(model.Dequeue(), bytes[i]);
    }

    private void Transfer()
    {
        bool copies = random.Next(2) == 0;
        SysResult result = first.TransferTo(second, Size(), copies);
        byte[] moved = [.. inFirst.Take((int)Math.Max(0, result.Raw))];
        foreach (byte value in moved)
        {
            if (!copies)
                inFirst.Dequeue();
            inSecond.Enqueue(value);
        }
    }

    private void TakeAndPutBack()
    {
        if (!first.TryTake(Size(), out PipeSlot piece))
            return;
        int used = random.Next(piece.Length + 1);
        for (int i = 0; i < used; i++)
            Assert.Equal(inFirst.Dequeue(), piece.Page[piece.Offset + i]);
        if (used < piece.Length)
            first.PutBack(piece with { Offset = piece.Offset + used, Length = piece.Length - used });
    }

    private void Resize()
    {
        uint wanted = (uint)random.Next(1, 100_000);
        SysResult result = first.SetCapacity(Credentials.Root, wanted);
        Assert.True(result == Errno.EBUSY || result.Value == Pipe.RoundSize(wanted));
        Assert.True(first.Capacity >= first.Available);
    }
}
