namespace Zonix.Lx.Netlink;

/// <summary>The kernel's side of a netlink protocol.</summary>
internal interface INetlinkService
{
    /// <summary>Answers a request by messages, or an errno: what is wrong with it.</summary>
    Errno Handle(in NetlinkRequest request, NetlinkWriter answer);
}
