namespace Zonix.Kernel.Sockets;

/// <summary>What a route does with packets; the numbers of rtnetlink(7), rtm_type.</summary>
public enum RouteKind
{
    /// <summary>RTN_UNICAST: passes them on.</summary>
    Unicast = 1,

    /// <summary>RTN_LOCAL: they are for the zone itself.</summary>
    Local = 2,

    /// <summary>RTN_BROADCAST: they are for everybody on a network.</summary>
    Broadcast = 3,

    /// <summary>RTN_MULTICAST: they are for a group.</summary>
    Multicast = 5,

    /// <summary>RTN_BLACKHOLE: they are dropped.</summary>
    Blackhole = 6,

    /// <summary>RTN_UNREACHABLE: they are refused, EHOSTUNREACH.</summary>
    Unreachable = 7,

    /// <summary>RTN_PROHIBIT: they are refused, EACCES.</summary>
    Prohibit = 8,
}
