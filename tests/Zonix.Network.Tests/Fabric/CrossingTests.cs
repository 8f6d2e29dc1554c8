using Zonix.Kernel.Sockets;

namespace Zonix.Network.Tests.Fabric;

/// <summary>Sockets of two zones that listen, connect and let go in all orders at once: nobody waits for another's lock for ever.</summary>
public sealed class CrossingTests
{
    private const int Rounds = 5000, Threads = 6;

    [Fact]
    public async Task Crossing_connections_never_lock_each_other_out()
    {
        using var wire = new Wire();
        NetworkStack[] zones = [wire.Join(), wire.Join()];
        IpAddress[] addresses = [Wire.Address("10.99.0.2"), Wire.Address("10.99.0.3")];
        Task[] all = [.. Enumerable.Range(0, Threads).Select(number => Task.Run(() => Cross(wire, zones, addresses, number), TestContext.Current.CancellationToken))];
        await Task.WhenAll(all).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.All(zones, zone => Assert.Equal(0, zone.Buffers.Used));
    }

    [Fact]
    public async Task Threads_that_share_sockets_find_them_as_others_left_them()
    {
        using var wire = new Wire();
        NetworkStack[] zones = [wire.Join(), wire.Join()];
        IpAddress[] addresses = [Wire.Address("10.99.0.2"), Wire.Address("10.99.0.3")];
        GuestSocket[] shared = [.. Enumerable.Range(0, Threads).Select(number => Bound(wire, zones[number % 2], number))];
        Task[] all = [.. Enumerable.Range(0, Threads).Select(number => Task.Run(() => Share(wire, shared, addresses, number), TestContext.Current.CancellationToken))];
        await Task.WhenAll(all).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Array.ForEach(shared, static one => one.Dispose());
        Assert.All(zones, zone => Assert.Equal(0, zone.Buffers.Used));
    }

    private static void Share(Wire wire, GuestSocket[] shared, IpAddress[] addresses, int number)
    {
        var random = new Random(number);
        byte[] data = new byte[3000];
        for (int i = 0; i < Rounds; i++)
        {
            ISocket any = shared[random.Next(Threads)].Socket;
            int other = random.Next(Threads);
            var buffer = new Kernel.Vfs.UserBuffer(data, 0, data.Length);
            switch (random.Next(8))
            {
                case 0:
                    any.Listen(wire.Task, random.Next(3));
                    break;
                case 1 or 2:
                    any.Connect(wire.Task, SocketName.OfInet(SocketFamily.Inet, addresses[other % 2], (ushort)(1000 + other)), again: false, out _);
                    break;
                case 3:
                    any.Connect(wire.Task, default, again: false, out _);
                    break;
                case 4 when any.Accept(wire.Task, out ISocket? accepted) == 0:
                    accepted!.Close();
                    break;
                case 5:
                    any.Receive(ref buffer, 0, out _);
                    break;
                case 6:
                    any.Shutdown(reads: random.Next(2) == 0, writes: true);
                    break;
                default:
                    any.Send(ref buffer, default);
                    break;
            }
        }
    }

    private static void Cross(Wire wire, NetworkStack[] zones, IpAddress[] addresses, int number)
    {
        var random = new Random(number);
        GuestSocket own = Bound(wire, zones[number % 2], number);
        SocketName nowhere = default;
        byte[] data = new byte[5000];
        for (int i = 0; i < Rounds; i++)
        {
            int other = random.Next(Threads);
            switch (random.Next(7))
            {
                case 0:
                    own.Listen(random.Next(3));
                    break;
                case 1:
                    own.Socket.Connect(wire.Task, SocketName.OfInet(SocketFamily.Inet, addresses[other % 2], (ushort)(1000 + other)), again: false, out _);
                    break;
                case 2:
                    own.Socket.Connect(wire.Task, nowhere, again: false, out _);
                    break;
                case 3 when own.Socket.IsListening && own.Socket.Accept(wire.Task, out ISocket? accepted) == 0:
                    var buffer = new Kernel.Vfs.UserBuffer(data, 0, data.Length);
                    accepted!.Send(ref buffer, default);
                    accepted.Close();
                    break;
                case 4:
                    var into = new Kernel.Vfs.UserBuffer(data, 0, data.Length);
                    own.Socket.Receive(ref into, 0, out _);
                    break;
                case 5:
                    own.Socket.Shutdown(reads: random.Next(2) == 0, writes: true);
                    break;
                default:
                    own.Dispose();
                    own = Bound(wire, zones[number % 2], number);
                    break;
            }
        }

        own.Dispose();
    }

    private static GuestSocket Bound(Wire wire, NetworkStack zone, int number)
    {
        GuestSocket made = wire.Tcp(zone);
        made.Socket.SetOption(SocketOption.ReuseAddress, 1);
        made.Bind(IpAddress.AnyV4, 1000 + number);
        return made;
    }
}
