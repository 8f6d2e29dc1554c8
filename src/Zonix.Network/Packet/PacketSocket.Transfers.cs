using System.Buffers.Binary;
using Zonix.Kernel.Tasks;
using Zonix.Network.Raw;

namespace Zonix.Network.Packet;

/// <content>Sending and receiving.</content>
internal sealed partial class PacketSocket
{
    /// <inheritdoc/>
    public SysResult Read(ref UserBuffer buffer, long offset) => Receive(ref buffer, 0, out _);

    /// <inheritdoc/>
    public SysResult Write(ref UserBuffer buffer, ref long offset) => Send(ref buffer, default);

    /// <inheritdoc/>
    public Errno Address(KernelTask task, ref OutgoingMessage message) =>
        message.To.Family is SocketFamily.Unspecified or SocketFamily.Packet ? 0 : Errno.EINVAL;

    /// <inheritdoc/>
    public SysResult Receive(ref UserBuffer target, MessageFlags flags, out ReceivedMessage message) => queue.Receive(ref target, flags, out message);

    /// <inheritdoc/>
    public SysResult Send(ref UserBuffer source, in OutgoingMessage message)
    {
        LinkName to = message.To.Link ?? place;
        if (Find(to.Interface) is not { } through)
            return Errno.ENXIO;
        if ((through.Flags & InterfaceFlags.IFF_UP) == 0)
            return Errno.ENETDOWN;
        bool hasLink = Kind == SocketKind.Raw;
        int link = hasLink ? IpPacket.LinkSize : 0, length = (int)Math.Min(source.Remaining, int.MaxValue);
        if (hasLink && length < link)
            return Errno.EINVAL;
        if (length - link > through.Mtu)
            return Errno.EMSGSIZE;
        var packet = new IpPacket(length - link);
        if ((hasLink && source.CopyIn(packet.Link) < link) || source.CopyIn(packet.Bytes) < length - link)
            return Errno.EFAULT;
        if (!hasLink)
        {
            packet.Protocol = to.Protocol;
            packet.SetLink(to.Address is { Length: >= 6 } address ? address.AsSpan(0, 6) : default, through.HardwareAddress);
        }
        stack.SendFrame(through, packet);
        return length;
    }
}
