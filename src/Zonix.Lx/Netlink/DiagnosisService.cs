using System.Buffers.Binary;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Vfs;
using Zonix.Lx.Proc;
using Zonix.Lx.Syscalls;

namespace Zonix.Lx.Netlink;

/// <summary>The sockets there are, for ss(8). sock_diag(7).</summary>
internal sealed class DiagnosisService(LxBrand brand) : INetlinkService
{
    private const int SOCK_DIAG_BY_FAMILY = 20, AF_UNIX = 1, AF_INET = 2, AF_INET6 = 10, AF_NETLINK = 16, AF_PACKET = 17;
    private const int InetRequestSize = 56, InetAnswerSize = 72, LocalRequestSize = 24, LocalAnswerSize = 16;
    private const int INET_DIAG_INFO = 2, INET_DIAG_CONG = 4, INET_DIAG_SHUTDOWN = 8, INET_DIAG_SKV6ONLY = 11;
    private const int UNIX_DIAG_NAME = 0, UNIX_DIAG_PEER = 2, UNIX_DIAG_RQLEN = 4, UNIX_DIAG_SHUTDOWN = 6;

    public Errno Handle(in NetlinkRequest request, NetlinkWriter answer)
    {
        if (request.Header.Type != SOCK_DIAG_BY_FAMILY)
            return Errno.EINVAL;
        if (request.Body.Length < 4)
            return Errno.EINVAL;
        if (!request.IsDump)
            return Errno.EOPNOTSUPP;
        switch (request.Body[0])
        {
            case AF_INET or AF_INET6:
                if (request.Body.Length < InetRequestSize)
                    return Errno.EINVAL;
                DumpInet(request.Body, answer);
                break;
            case AF_UNIX:
                if (request.Body.Length < LocalRequestSize)
                    return Errno.EINVAL;
                DumpLocal(request, answer);
                break;
            case AF_NETLINK or AF_PACKET:
                break;
            default:
                return Errno.ENOENT;
        }
        answer.PutDone();
        return 0;
    }

    private void DumpInet(ReadOnlySpan<byte> request, NetlinkWriter answer)
    {
        if (brand.Network is not { } network)
            return;
        int protocol = request[1], extensions = request[2];
        uint states = BinaryPrimitives.ReadUInt32LittleEndian(request[4..]);
        foreach (InetSocketState one in network.Sockets)
        {
            if (one.Protocol != protocol || (int)one.Family != request[0] || (states & (1u << (int)one.State)) == 0)
                continue;
            Span<byte> text = answer.Begin(SOCK_DIAG_BY_FAMILY, InetAnswerSize, NetlinkFlags.NLM_F_MULTI);
            text[0] = (byte)one.Family;
            text[1] = (byte)one.State;
            text[2] = one.State == TcpState.TimeWait ? (byte)3 : (byte)0;
            PutEnds(text[4..], one);
            BinaryPrimitives.WriteInt32LittleEndian(text[52..], (int)(one.LeftNs / 1_000_000));
            BinaryPrimitives.WriteInt32LittleEndian(text[56..], one.ReceiveQueue);
            BinaryPrimitives.WriteInt32LittleEndian(text[60..], one.SendQueue);
            BinaryPrimitives.WriteUInt32LittleEndian(text[64..], one.Uid);
            BinaryPrimitives.WriteUInt32LittleEndian(text[68..], (uint)one.Inode);
            if (one.Socket is { } socket)
                PutExtensions(answer, socket, extensions);
            answer.End();
        }
    }

    private static void PutExtensions(NetlinkWriter answer, ISocket socket, int extensions)
    {
        answer.Put(INET_DIAG_SHUTDOWN, (byte)0);
        if (socket.Family == SocketFamily.Inet6)
            answer.Put(INET_DIAG_SKV6ONLY, (byte)socket.Settings[SocketOption.V6Only]);
        if (socket is not ITcpSocket tcp)
            return;
        if ((extensions & (1 << (INET_DIAG_CONG - 1))) != 0)
            answer.Put(INET_DIAG_CONG, "reno");
        if ((extensions & (1 << (INET_DIAG_INFO - 1))) == 0)
            return;
        Span<byte> text = stackalloc byte[StructuredOptions.Largest];
        text.Clear();
        int length = TcpInfoText.Write(tcp, text);
        answer.Put(INET_DIAG_INFO, text[..length]);
    }

    // struct inet_diag_sockid.
    private static void PutEnds(Span<byte> text, in InetSocketState one)
    {
        BinaryPrimitives.WriteUInt16BigEndian(text, one.Local.Port);
        BinaryPrimitives.WriteUInt16BigEndian(text[2..], one.Remote.Port);
        if (one.Family == SocketFamily.Inet)
        {
            one.Local.Address.WriteV4(text[4..]);
            one.Remote.Address.WriteV4(text[20..]);
        }
        else
        {
            one.Local.Address.WriteV6(text[4..]);
            one.Remote.Address.WriteV6(text[20..]);
        }
        BinaryPrimitives.WriteUInt64LittleEndian(text[40..], one.Inode);
    }

    private static void DumpLocal(in NetlinkRequest request, NetlinkWriter answer)
    {
        uint states = BinaryPrimitives.ReadUInt32LittleEndian(request.Body[4..]);
        foreach (LocalSocket socket in NetText.OpenLocalSockets(request.Task.Process.Pids).Keys)
        {
            int state = socket.IsListening ? (int)TcpState.Listen : socket.IsConnected ? (int)TcpState.Established : (int)TcpState.Close;
            if ((states & (1u << state)) == 0)
                continue;
            socket.Inode.GetAttributes(out InodeAttributes attributes);
            Span<byte> text = answer.Begin(SOCK_DIAG_BY_FAMILY, LocalAnswerSize, NetlinkFlags.NLM_F_MULTI);
            text[0] = AF_UNIX;
            text[1] = (byte)socket.Kind;
            text[2] = (byte)state;
            BinaryPrimitives.WriteUInt32LittleEndian(text[4..], (uint)attributes.Inode);
            BinaryPrimitives.WriteUInt64LittleEndian(text[8..], attributes.Inode);
            if (socket.Name.Local is { Length: > 0 } name)
                answer.Put(UNIX_DIAG_NAME, name);
            if (socket.PeerInode is { } peer && peer.GetAttributes(out attributes) == 0)
                answer.Put(UNIX_DIAG_PEER, (uint)attributes.Inode);
            answer.Put(UNIX_DIAG_RQLEN, new byte[8]);
            answer.Put(UNIX_DIAG_SHUTDOWN, (byte)0);
            answer.End();
        }
    }
}
