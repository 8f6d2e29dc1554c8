using Zonix.Host.Sockets;

namespace Zonix.Network.Tcp;

/// <content>Transfers between the ring and a socket of the host, without a copy between.</content>
internal sealed partial class TcpStream
{
    internal const int ENOBUFS = 105;
    private const int SmallestRead = 4096, LargestRead = 256 * 1024, LargestSend = 256 * 1024;
    private int readAhead = SmallestRead;

    /// <summary>Bytes that there is room for.</summary>
    internal int Room => Math.Max(0, Limit - Count);

    /// <summary>Reads what a socket has, up to <paramref name="most"/> bytes and the room there is, which must not be none; as <see cref="HostSocket.Receive"/>, and ENOBUFS when the zone's account gives no more.</summary>
    /// <param name="isEmptied">Whether the socket had less than was asked for.</param>
    internal long FillFrom(HostSocket socket, int most, out bool isEmptied)
    {
        lock (writeGate)
        {
            long at = written;
            int used = (int)(at - Volatile.Read(ref head));
            int wanted = Math.Min(Math.Min(most, readAhead), Math.Max(0, Limit - used));
            isEmptied = false;
            wanted = Math.Min(wanted, Reserve(used + wanted) - used);
            if (wanted <= 0)
                return -ENOBUFS;
            int done = 0;
            while (done < wanted && !isEmptied)
            {
                int offset = (int)((at + done) & (ring.Length - 1));
                int part = Math.Min(wanted - done, ring.Length - offset);
                long got = socket.Receive(ring.AsSpan(offset, part));
                isEmptied = got < part;
                if (got <= 0 && done == 0)
                    return got;
                done += (int)Math.Max(0, got);
            }
            // An idle connection keeps a small ring, a busy one gets a large one.
            readAhead = isEmptied ? Math.Max(SmallestRead, readAhead / 2) : Math.Min(LargestRead, readAhead * 2);
            Volatile.Write(ref written, at + done);
            Show();
            return done;
        }
    }

    /// <summary>Sends what lies in it to a socket, up to <paramref name="most"/> bytes; as <see cref="HostSocket.Send"/>, 0 when it is empty.</summary>
    internal long DrainTo(HostSocket socket, int most)
    {
        lock (readGate)
        {
            long at = head;
            int wanted = (int)Math.Min(Math.Min(most, LargestSend), Volatile.Read(ref tail) - at);
            int done = 0;
            while (done < wanted)
            {
                int offset = (int)((at + done) & (ring.Length - 1));
                int part = Math.Min(wanted - done, ring.Length - offset);
                long sent = socket.Send(ring.AsSpan(offset, part));
                if (sent <= 0 && done == 0)
                    return sent;
                done += (int)Math.Max(0, sent);
                if (sent < part)
                    break;
            }
            Volatile.Write(ref head, at + done);
            if (ring.Length > KeptSize && head == Volatile.Read(ref tail))
                Shrink();
            return done;
        }
    }
}
