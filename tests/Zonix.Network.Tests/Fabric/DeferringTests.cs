using Zonix.Abi;
using Zonix.Kernel.Sockets;

namespace Zonix.Network.Tests.Fabric;

/// <summary>TCP_DEFER_ACCEPT: who says nothing is not shown to accept(2).</summary>
public sealed class DeferringTests : IDisposable
{
    private static readonly IpAddress Server = Wire.Address("10.99.0.2");
    private readonly Wire wire = new();
    private readonly NetworkStack one, two;
    private readonly GuestSocket listener;

    public DeferringTests()
    {
        (one, two) = (wire.Join(), wire.Join());
        listener = wire.Tcp(one);
        Assert.Equal((Errno)0, listener.Bind(Server, 80));
        Assert.Equal((Errno)0, listener.Socket.SetOption(SocketOption.DeferAccept, 60));
        Assert.Equal((Errno)0, listener.Listen(1));
    }

    private bool IsReady => (listener.Socket.Poll(PollEvents.POLLIN) & PollEvents.POLLIN) != 0;

    [Fact]
    public void Data_makes_it_known()
    {
        using GuestSocket client = Connected();
        Assert.False(IsReady);
        Assert.Equal((Errno)0, client.Send([1, 2, 3]));
        Assert.True(IsReady);
        using GuestSocket end = listener.Accept();
        Assert.Equal(3, end.Receive(new byte[8]).Count);
    }

    [Fact]
    public void Its_end_makes_it_known()
    {
        Connected().Dispose();
        Assert.True(IsReady);
        using GuestSocket end = listener.Accept();
        Assert.Equal(0, end.Receive(new byte[8]).Count);
    }

    [Fact]
    public void One_that_was_reset_is_forgotten()
    {
        GuestSocket client = Connected();
        client.Socket.SetOption(SocketOption.LingerOn, 1);
        client.Dispose();
        Assert.False(IsReady);
        Assert.Equal(0, one.Buffers.Used);
    }

    [Fact]
    public void The_end_of_the_listener_shows_when_they_speak()
    {
        using GuestSocket client = Connected();
        listener.Dispose();
        Assert.Equal(0, one.Buffers.Used);
        Assert.Equal(-(int)Errno.EAGAIN, client.Receive(new byte[8], MessageFlags.MSG_DONTWAIT).Count);
        Assert.Equal((Errno)0, client.Send([1]));
        Assert.Equal(-(int)Errno.ECONNRESET, client.Receive(new byte[8]).Count);
    }

    [Fact]
    public void A_place_that_is_given_up_is_taken_by_who_waits()
    {
        GuestSocket first = Connected(), second = Connected();
        using GuestSocket third = wire.Tcp(two);
        Assert.Equal(Errno.EINPROGRESS, third.Socket.Connect(wire.Task, SocketName.OfInet(SocketFamily.Inet, Server, 80), false, out _));
        first.Socket.SetOption(SocketOption.LingerOn, 1);
        first.Dispose();
        Assert.Equal((Errno)0, third.Socket.Connect(wire.Task, SocketName.OfInet(SocketFamily.Inet, Server, 80), true, out _));
        second.Dispose();
    }

    public void Dispose()
    {
        listener.Dispose();
        wire.Dispose();
    }

    private GuestSocket Connected()
    {
        GuestSocket client = wire.Tcp(two);
        Assert.Equal((Errno)0, client.Connect(Server, 80));
        return client;
    }
}
