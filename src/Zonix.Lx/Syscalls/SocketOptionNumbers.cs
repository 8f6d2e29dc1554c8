using Zonix.Kernel.Sockets;
using static Zonix.Kernel.Sockets.SocketOption;

namespace Zonix.Lx.Syscalls;

/// <summary>The numbers of options that are numbers themselves. socket(7), ip(7), ipv6(7), tcp(7), udp(7), netlink(7).</summary>
internal static class SocketOptionNumbers
{
    internal const int SOL_IP = 0, SOL_SOCKET = 1, SOL_TCP = 6, SOL_UDP = 17, SOL_IPV6 = 41, SOL_NETLINK = 270;

    /// <summary>The option of a number; None where there is none of this kind.</summary>
    internal static SocketOption Find(int level, int number) => level switch
    {
        SOL_SOCKET => OfSocket(number),
        SOL_IP => OfIp(number),
        SOL_IPV6 => OfIpV6(number),
        SOL_TCP => OfTcp(number),
        SOL_UDP => number switch
        {
            1 => UdpCork,
            101 => UdpNoCheck6Send,
            102 => UdpNoCheck6Receive,
            103 => UdpSegment,
            104 => UdpReceiveOffload,
            _ => None,
        },
        SOL_NETLINK => number switch
        {
            3 => NetlinkPacketInfo,
            4 => NetlinkBroadcastError,
            5 => NetlinkNoBuffers,
            8 => NetlinkListenAll,
            10 => NetlinkCapAck,
            11 => NetlinkExtendedAck,
            12 => NetlinkStrictCheck,
            _ => None,
        },
        PacketOptions.SOL_PACKET => OfPacket(number),
        _ => None,
    };

    private static SocketOption OfPacket(int number) => number switch
    {
        3 => PacketReceiveOutput,
        7 => PacketCopyThreshold,
        8 => PacketAuxiliaryData,
        9 => PacketOriginalDevice,
        10 => PacketVersion,
        12 => PacketReserve,
        14 => PacketLoss,
        17 => PacketTimestamp,
        20 => PacketQdiscBypass,
        23 => PacketIgnoreOutgoing,
        _ => None,
    };

    private static SocketOption OfSocket(int number) => number switch
    {
        2 => ReuseAddress,
        5 => DontRoute,
        6 => Broadcast,
        7 => SendBuffer,
        8 => ReceiveBuffer,
        9 => KeepAlive,
        10 => OutOfBandInline,
        11 => NoCheck,
        12 => Priority,
        15 => ReusePort,
        16 => PassCredentials,
        18 => ReceiveLowWater,
        29 => Timestamp,
        32 => SendBuffer,
        33 => ReceiveBuffer,
        34 => PassSecurity,
        35 => TimestampNs,
        36 => Mark,
        37 => Timestamping,
        40 => ReceiveQueueOverflow,
        42 => PeekOffset,
        43 => NoFcs,
        44 => LockFilter,
        46 => BusyPoll,
        47 => MaxPacingRate,
        49 => IncomingCpu,
        62 => BindToInterface,
        69 => PreferBusyPoll,
        76 => PassPidFd,
        _ => None,
    };

    private static SocketOption OfIp(int number) => number switch
    {
        1 => TypeOfService,
        2 => TimeToLive,
        3 => HeaderIncluded,
        6 => ReceiveOptions,
        7 => ReturnOptions,
        8 => PacketInfo,
        10 => MtuDiscover,
        11 => ReceiveError,
        12 => ReceiveTimeToLive,
        13 => ReceiveTypeOfService,
        14 => Mtu,
        15 => FreeBind,
        19 => Transparent,
        20 => OriginalDestination,
        21 => MinimumTimeToLive,
        22 => NoDefrag,
        23 => CheckSum,
        24 => BindAddressNoPort,
        25 => ReceiveFragmentSize,
        26 => ReceiveErrorRfc4884,
        33 => MulticastTimeToLive,
        34 => MulticastLoop,
        49 => MulticastAll,
        51 => LocalPortRange,
        _ => None,
    };

    private static SocketOption OfIpV6(int number) => number switch
    {
        7 => V6CheckSum,
        11 => V6FlowInfo,
        16 => UnicastHops,
        17 => V6MulticastInterface,
        18 => MulticastHops,
        19 => V6MulticastLoop,
        23 => V6MtuDiscover,
        24 => V6Mtu,
        25 => V6ReceiveError,
        26 => V6Only,
        29 => V6MulticastAll,
        33 => V6FlowInfoSend,
        49 => V6PacketInfo,
        51 => V6ReceiveHopLimit,
        53 => V6ReceiveHopOptions,
        56 => V6ReceiveRoutingHeader,
        58 => V6ReceiveDestinationOptions,
        60 => V6ReceivePathMtu,
        62 => DontFragment,
        63 => V6UseMinimumMtu,
        66 => V6ReceiveTrafficClass,
        67 => TrafficClass,
        70 => AutoFlowLabel,
        72 => AddressPreferences,
        73 => V6MinimumHops,
        74 => V6OriginalDestination,
        75 => V6Transparent,
        77 => V6ReceiveFragmentSize,
        78 => V6FreeBind,
        _ => None,
    };

    private static SocketOption OfTcp(int number) => number switch
    {
        1 => NoDelay,
        2 => MaximumSegment,
        3 => Cork,
        4 => KeepIdle,
        5 => KeepInterval,
        6 => KeepCount,
        7 => SynCount,
        8 => FinTimeout,
        9 => DeferAccept,
        10 => WindowClamp,
        12 => QuickAck,
        16 => ThinLinear,
        18 => UserTimeout,
        23 => FastOpen,
        24 => TcpTimestamp,
        25 => NotSentLowWater,
        27 => SaveSyn,
        30 => FastOpenConnect,
        34 => FastOpenNoCookie,
        36 => TcpInquiry,
        37 => TransmitDelay,
        _ => None,
    };
}
