namespace Zonix.Kernel.Sockets;

/// <summary>Options of sockets that are numbers. socket(7), ip(7), ipv6(7), tcp(7), udp(7), netlink(7).</summary>
public enum SocketOption
{
    /// <summary>None.</summary>
    None,

    // Of every socket.
    ReuseAddress, ReusePort, KeepAlive, Broadcast, DontRoute, OutOfBandInline, SendBuffer, ReceiveBuffer, ReceiveLowWater, Priority, Mark,
    Timestamp, TimestampNs, PassCredentials, PassSecurity, NoCheck, BusyPoll, ReceiveQueueOverflow, PeekOffset, NoFcs, LockFilter,
    PreferBusyPoll, IncomingCpu, BindToInterface, ZeroCopy, TransmitTime, MaxPacingRate,
    Timestamping, PassPidFd,

    /// <summary>Whether closing waits, SO_LINGER's first field.</summary>
    LingerOn,

    /// <summary>How long closing waits, in seconds.</summary>
    LingerSeconds,

    // Of IP, version 4.
    TypeOfService, TimeToLive, HeaderIncluded, ReceiveOptions, PacketInfo, ReceiveError, ReceiveTimeToLive, ReceiveTypeOfService, MtuDiscover,
    Mtu, FreeBind, Transparent, OriginalDestination, MinimumTimeToLive, NoDefrag, CheckSum, BindAddressNoPort, ReceiveFragmentSize,
    MulticastTimeToLive, MulticastLoop, MulticastAll, MulticastInterface, LocalPortRange, ReceiveErrorRfc4884, ReturnOptions,

    // Of IP, version 6.
    V6Only, UnicastHops, MulticastHops, V6MulticastLoop, V6MulticastInterface, V6MulticastAll, V6ReceiveError, V6MtuDiscover, V6Mtu, V6PacketInfo,
    V6ReceiveHopLimit, V6ReceiveTrafficClass, TrafficClass, DontFragment, AutoFlowLabel, V6FlowInfo, V6FlowInfoSend, V6CheckSum,
    V6FreeBind, V6Transparent, V6MinimumHops, AddressPreferences, V6ReceivePathMtu, V6OriginalDestination, V6UseMinimumMtu, V6ReceiveFragmentSize,
    V6ReceiveHopOptions, V6ReceiveRoutingHeader, V6ReceiveDestinationOptions,

    // Of TCP.
    NoDelay, MaximumSegment, Cork, KeepIdle, KeepInterval, KeepCount, SynCount, FinTimeout, DeferAccept, WindowClamp, QuickAck, UserTimeout,
    FastOpen, FastOpenConnect, FastOpenNoCookie, TcpTimestamp, NotSentLowWater, ThinLinear, SaveSyn, TransmitDelay, TcpInquiry,

    // Of UDP.
    UdpCork, UdpSegment, UdpReceiveOffload, UdpNoCheck6Send, UdpNoCheck6Receive,

    // Of netlink.
    NetlinkPacketInfo, NetlinkBroadcastError, NetlinkNoBuffers, NetlinkCapAck, NetlinkExtendedAck, NetlinkStrictCheck, NetlinkListenAll,

    // Of packet sockets.
    PacketReceiveOutput, PacketCopyThreshold, PacketAuxiliaryData, PacketOriginalDevice, PacketVersion, PacketReserve, PacketLoss, PacketTimestamp,
    PacketQdiscBypass, PacketIgnoreOutgoing,

    /// <summary>How many there are.</summary>
    Count,
}
