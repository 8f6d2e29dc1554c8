using System.Net;
using System.Net.Sockets;

namespace Zonix.Images.Tests;

/// <summary>
/// A port of this machine that nobody listens on. It is none of those that the kernel hands out by itself (from 32768 on), which a connection
/// or another test's server could take before this one does.
/// </summary>
internal static class FreePort
{
    private const int First = 20000, End = 32768;

    public static int Find()
    {
        while (true)
        {
            int port = Random.Shared.Next(First, End);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
            }
        }
    }
}
