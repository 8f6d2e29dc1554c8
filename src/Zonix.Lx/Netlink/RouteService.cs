using Zonix.Kernel.Sockets;

namespace Zonix.Lx.Netlink;

/// <summary>Links, addresses, routes, rules: what there is. rtnetlink(7). Nothing can be changed yet.</summary>
internal sealed class RouteService(INetworkStack network) : INetlinkService
{
    private const int RTM_NEWLINK = 16, RTM_GETLINK = 18, RTM_GETADDR = 22, RTM_GETROUTE = 26, RTM_GETNEIGH = 30, RTM_GETRULE = 34;
    private const int RTM_GETQDISC = 38, RTM_GETTCLASS = 42, RTM_GETTFILTER = 46, RTM_GETMULTICAST = 58, RTM_GETANYCAST = 62, RTM_GETNEIGHTBL = 66;
    private const int RTM_GETADDRLABEL = 74, RTM_GETNETCONF = 82, RTM_GETNEXTHOP = 106, RTM_MAX = 123;
    private const int CAP_NET_ADMIN = 12, AF_INET = 2, AF_INET6 = 10, KindMask = 3, KindGet = 2;

    public Errno Handle(in NetlinkRequest request, NetlinkWriter answer)
    {
        int type = request.Header.Type;
        if (type is < RTM_NEWLINK or > RTM_MAX)
            return Errno.EOPNOTSUPP;
        if ((type & KindMask) != KindGet)
            return request.Task.Credentials.Has(CAP_NET_ADMIN) ? Errno.EOPNOTSUPP : Errno.EPERM;
        if (request.Body.Length == 0)
            return Errno.EINVAL;
        int family = request.Body[0];
        NetlinkFlags flags = request.IsDump ? NetlinkFlags.NLM_F_MULTI : 0;
        Errno e = 0;
        switch (type)
        {
            case RTM_GETLINK:
                e = LinkMessages.Answer(network, request, answer, flags);
                break;
            case RTM_GETADDR when request.IsDump:
                AddressMessages.Dump(network, family, request, answer);
                break;
            case RTM_GETROUTE:
                e = RouteMessages.Answer(network, family, request, answer);
                break;
            case RTM_GETRULE when request.IsDump:
                if (family is 0 or AF_INET)
                    RouteMessages.DumpRules(answer, AF_INET);
                if (family is 0 or AF_INET6)
                    RouteMessages.DumpRules(answer, AF_INET6);
                break;
            case RTM_GETQDISC or RTM_GETTCLASS or RTM_GETTFILTER or RTM_GETNEIGH or RTM_GETMULTICAST or RTM_GETANYCAST or RTM_GETNEIGHTBL or
                RTM_GETADDRLABEL or RTM_GETNETCONF or RTM_GETNEXTHOP when request.IsDump:
                // There are none.
                break;
            default:
                return Errno.EOPNOTSUPP;
        }
        if (e == 0 && request.IsDump)
            answer.PutDone();
        return e;
    }
}
