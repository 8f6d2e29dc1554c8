using Zonix.Host.Files;
using Zonix.Host.Sockets;

namespace Zonix.Network.Tests.Gateways;

/// <summary>A socket of the host that one thread closes while another is still about to use it: an error, and no exception.</summary>
public sealed class ClosedSocketTests
{
    private const int EBADF = 9;

    [Fact]
    public void Calls_answer_that_it_is_closed()
    {
        Assert.Equal(0, HostSocket.Open(HostSocketKind.Stream, isV4: true, out HostSocket? socket));
        socket!.Dispose();
        Assert.Equal(EBADF, socket.Connect(default));
        Assert.Equal(EBADF, socket.Accept(out _, out _));
        Assert.Equal(EBADF, socket.TakeError());
        Assert.Equal(EBADF, socket.EndSending());
        socket.KeepAlive(1, 1, 1);
        socket.Abort();
    }

    [Fact]
    public void It_cannot_be_watched()
    {
        Assert.Equal(0, HostSocket.Open(HostSocketKind.Stream, isV4: true, out HostSocket? socket));
        socket!.Dispose();
        using var source = new EpollReadinessSource();
        Assert.False(source.TryAdd(socket.Descriptor, new Deaf(), out IReadinessWatch? watch));
        Assert.Null(watch);
    }

    private sealed class Deaf : IReadinessObserver
    {
        public void Ready(HostReadiness readiness)
        {
        }
    }
}
