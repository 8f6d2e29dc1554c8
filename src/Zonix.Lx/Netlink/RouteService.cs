using Zonix.Kernel.Sockets;

namespace Zonix.Lx.Netlink;

/// <summary>Links, addresses, routes, rules, neighbours. rtnetlink(7). Rules and neighbours cannot be changed.</summary>
internal sealed class RouteService(INetworkStack network) : INetlinkService
{
    private const int RTM_NEWLINK = 16, RTM_GETLINK = 18, RTM_GETADDR = 22, RTM_GETROUTE = 26, RTM_GETNEIGH = 30, RTM_GETRULE = 34;
    private const int RTM_DELLINK = 17, RTM_SETLINK = 19, RTM_NEWADDR = 20, RTM_DELADDR = 21, RTM_NEWROUTE = 24, RTM_DELROUTE = 25, RTM_NEWNEIGH = 28;
    private const int RTM_DELNEIGH = 29, RTM_NEWRULE = 32, RTM_DELRULE = 33;
    private const int RTM_GETQDISC = 38, RTM_GETTCLASS = 42, RTM_GETTFILTER = 46, RTM_GETMULTICAST = 58, RTM_GETANYCAST = 62, RTM_GETNEIGHTBL = 66;
    private const int RTM_GETADDRLABEL = 74, RTM_GETNETCONF = 82, RTM_GETNEXTHOP = 106, RTM_MAX = 123;
    private const int CAP_NET_ADMIN = 12, AF_INET = 2, AF_INET6 = 10, KindMask = 3, KindGet = 2;

    public Errno Handle(in NetlinkRequest request, NetlinkWriter answer)
    {
        int type = request.Header.Type;
        if (type is < RTM_NEWLINK or > RTM_MAX)
            return Errno.EOPNOTSUPP;
        if ((type & KindMask) != KindGet)
            return request.Task.Credentials.Has(CAP_NET_ADMIN) ? Change(type, request, answer) : Errno.EPERM;
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
            case RTM_GETNEIGH:
                e = NeighbourMessages.Answer(network, request, answer);
                break;
            case RTM_GETQDISC or RTM_GETTCLASS or RTM_GETTFILTER or RTM_GETMULTICAST or RTM_GETANYCAST or RTM_GETNEIGHTBL or
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

    private Errno Change(int type, in NetlinkRequest request, NetlinkWriter answer)
    {
        if (request.Body.Length == 0)
            return Errno.EINVAL;
        switch (type)
        {
            case RTM_NEWLINK or RTM_SETLINK:
                return LinkChanges.Set(network, request, answer, canCreate: type == RTM_NEWLINK);
            case RTM_DELLINK:
                return LinkChanges.Remove(network, request, answer);
            case RTM_NEWADDR:
                return AddressChanges.Add(network, request, answer);
            case RTM_DELADDR:
                return AddressChanges.Remove(network, request);
            case RTM_NEWROUTE:
                return RouteChanges.Add(network, request, answer);
            case RTM_DELROUTE:
                return RouteChanges.Remove(network, request, answer);
            case RTM_NEWNEIGH or RTM_DELNEIGH:
                return answer.Complain(Errno.EOPNOTSUPP, "neighbours are known by the network and cannot be changed");
            case RTM_NEWRULE or RTM_DELRULE:
                return answer.Complain(Errno.EOPNOTSUPP, "rules cannot be changed");
            default:
                return answer.Complain(Errno.EOPNOTSUPP, "zones have no queueing, traffic control or other such settings");
        }
    }
}
