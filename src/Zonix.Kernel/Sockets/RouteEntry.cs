namespace Zonix.Kernel.Sockets;

/// <summary>How a route is added. netlink(7), NLM_F_CREATE and its like.</summary>
[Flags]
public enum RouteEntry
{
    /// <summary>It must be there to be replaced.</summary>
    None = 0,

    /// <summary>Made when there is none.</summary>
    Create = 1,

    /// <summary>Not when there is one to the same network with the same metric.</summary>
    Exclusive = 2,

    /// <summary>In place of the one there is.</summary>
    Replace = 4,

    /// <summary>Behind the one there is.</summary>
    Append = 8,
}
