namespace Zonix.Network.Udp;

/// <content>Datagrams that are put together by several calls: MSG_MORE, UDP_CORK. udp(7).</content>
internal sealed partial class UdpSocket
{
    private readonly Lock corkGate = new();
    private byte[]? corked;
    private OutgoingMessage corkedMessage;

    // Where it goes, and what goes along, the first part says.
    private SysResult SendCorked(ref UserBuffer source, in OutgoingMessage message)
    {
        bool isLast = (message.Flags & MessageFlags.MSG_MORE) == 0 && !Settings.IsOn(SocketOption.UdpCork);
        int length = (int)Math.Min(source.Remaining, int.MaxValue);
        lock (corkGate)
        {
            int before = corked?.Length ?? 0;
            if (corked is null && message.To.Family == SocketFamily.Unspecified && RemotePort == 0)
                return Errno.EDESTADDRREQ;
            if (length > LargestV4 - before)
                return Errno.EMSGSIZE;
            var longer = new byte[before + length];
            corked?.CopyTo(longer, 0);
            if (source.CopyIn(longer.AsSpan(before)) < length)
                return Errno.EFAULT;
            if (corked is null)
                corkedMessage = message;
            corked = longer;
        }
        Errno e = isLast ? FlushCorked() : 0;
        return e != 0 ? e : length;
    }

    private Errno FlushCorked()
    {
        byte[] whole;
        OutgoingMessage message;
        lock (corkGate)
        {
            if (corked is null)
                return 0;
            (whole, message) = (corked, corkedMessage);
            (corked, corkedMessage) = (null, default);
        }
        var buffer = new UserBuffer(whole, 0, whole.Length);
        SysResult sent = SendWhole(ref buffer, message);
        return sent.IsError ? sent.Error : 0;
    }
}
