using Zonix.Kernel.Bpf;

namespace Zonix.Kernel.Sockets;

/// <summary>The options of a socket. They cost memory only once one is set. Any thread.</summary>
public sealed class SocketSettings
{
    /// <summary>The buffer a socket begins with: net.core.wmem_default.</summary>
    public const int DefaultBuffer = 212992;

    private const int SmallestSendBuffer = 4608, SmallestReceiveBuffer = 2304;
    private int[]? values;

    /// <summary>Settings as <paramref name="like"/> has them: those of an accepted connection are its listener's.</summary>
    public SocketSettings(SocketSettings? like = null)
    {
        if (like is null)
            return;
        values = (int[]?)like.values?.Clone();
        SendTimeoutNs = like.SendTimeoutNs;
        ReceiveTimeoutNs = like.ReceiveTimeoutNs;
        Filter = like.Filter;
    }

    /// <summary>How long a send waits; 0: for ever. Nanoseconds. SO_SNDTIMEO.</summary>
    public long SendTimeoutNs { get; set; }

    /// <summary>How long a receive waits; 0: for ever. Nanoseconds. SO_RCVTIMEO.</summary>
    public long ReceiveTimeoutNs { get; set; }

    /// <summary>Looks at what comes in: how many bytes of it are kept, 0 to drop it; null: all. SO_ATTACH_FILTER.</summary>
    public BpfProgram? Filter { get; set; }

    /// <summary>An option's value.</summary>
    public int this[SocketOption option]
    {
        get => Volatile.Read(ref values) is { } known ? known[(int)option] : Default(option);
        set
        {
            if (values is null)
            {
                var all = new int[(int)SocketOption.Count];
                for (int i = 0; i < all.Length; i++)
                    all[i] = Default((SocketOption)i);
                Volatile.Write(ref values, all);
            }
            values[(int)option] = value;
        }
    }

    /// <summary>Whether an option is on.</summary>
    public bool IsOn(SocketOption option) => Volatile.Read(ref values) is { } known ? known[(int)option] != 0 : Default(option) != 0;

    /// <summary>Sets a value that is one of those an option may have. EINVAL; EDOM for a class of congestion.</summary>
    public Errno Set(SocketOption option, int value)
    {
        (int lowest, int highest) = Range(option);
        if (value < lowest || value > highest)
            return Errno.EINVAL;
        switch (option)
        {
            case SocketOption.SendBuffer:
                value = Math.Max(SmallestSendBuffer, Math.Clamp(value, 0, DefaultBuffer) * 2);
                break;
            case SocketOption.ReceiveBuffer:
                value = Math.Max(SmallestReceiveBuffer, Math.Clamp(value, 0, DefaultBuffer) * 2);
                break;
            case SocketOption.ReceiveLowWater:
                value = value == 0 ? 1 : value < 0 ? int.MaxValue : value;
                break;
            case SocketOption.DeferAccept:
                value = WholeTries(value);
                break;
            default:
                if (IsSwitch(option))
                    value = value != 0 ? 1 : 0;
                break;
        }
        this[option] = value;
        return 0;
    }

    // As long as so many answers to a SYN take that are each repeated after twice the time, at most two minutes.
    private static int WholeTries(int seconds)
    {
        const int LongestWait = 120, MostTries = 255;
        int wait = 1, all = 0;
        for (int tries = 0; all < seconds && tries < MostTries; tries++)
        {
            all += wait;
            wait = Math.Min(wait * 2, LongestWait);
        }
        return all;
    }

    private static int Default(SocketOption option) => option switch
    {
        SocketOption.SendBuffer or SocketOption.ReceiveBuffer => DefaultBuffer,
        SocketOption.ReceiveLowWater or SocketOption.MulticastTimeToLive or SocketOption.MulticastLoop or SocketOption.MulticastAll or
            SocketOption.V6MulticastLoop or SocketOption.V6MulticastAll or SocketOption.QuickAck or SocketOption.AutoFlowLabel => 1,
        SocketOption.TimeToLive => 64,
        SocketOption.UnicastHops or SocketOption.PeekOffset or SocketOption.IncomingCpu or SocketOption.MaxPacingRate => -1,
        SocketOption.MulticastHops => 1,
        SocketOption.MtuDiscover or SocketOption.V6MtuDiscover => 1,
        SocketOption.KeepIdle => 7200,
        SocketOption.KeepInterval => 75,
        SocketOption.KeepCount => 9,
        SocketOption.SynCount => 6,
        SocketOption.FinTimeout => 60,
        SocketOption.NotSentLowWater => 0,
        _ => 0,
    };

    private static (int Lowest, int Highest) Range(SocketOption option) => option switch
    {
        SocketOption.TimeToLive => (1, 255),
        SocketOption.MinimumTimeToLive or SocketOption.V6MinimumHops or SocketOption.MulticastTimeToLive => (0, 255),
        SocketOption.TypeOfService => (int.MinValue, int.MaxValue),
        SocketOption.UnicastHops or SocketOption.MulticastHops or SocketOption.TrafficClass => (-1, 255),
        SocketOption.V6MulticastLoop => (0, 1),
        SocketOption.MtuDiscover or SocketOption.V6MtuDiscover => (0, 5),
        SocketOption.KeepIdle or SocketOption.KeepInterval => (1, 32767),
        SocketOption.KeepCount or SocketOption.SynCount => (1, 127),
        SocketOption.UserTimeout or SocketOption.FastOpen => (0, int.MaxValue),
        SocketOption.FastOpenConnect or SocketOption.ThinLinear or SocketOption.NetlinkStrictCheck => (0, int.MaxValue),
        SocketOption.UdpSegment => (0, ushort.MaxValue),
        // What is received can be stamped; what is sent cannot.
        SocketOption.Timestamping => (0, int.MaxValue),
        _ => (int.MinValue, int.MaxValue),
    };

    private static bool IsSwitch(SocketOption option) => option is SocketOption.ReuseAddress or SocketOption.ReusePort or SocketOption.KeepAlive or
        SocketOption.Broadcast or SocketOption.DontRoute or SocketOption.OutOfBandInline or SocketOption.Timestamp or SocketOption.TimestampNs or
        SocketOption.PassCredentials or SocketOption.PassSecurity or SocketOption.NoCheck or SocketOption.ReceiveQueueOverflow or
        SocketOption.HeaderIncluded or SocketOption.ReceiveOptions or SocketOption.PacketInfo or SocketOption.ReceiveError or
        SocketOption.ReceiveTimeToLive or SocketOption.ReceiveTypeOfService or SocketOption.FreeBind or SocketOption.Transparent or
        SocketOption.OriginalDestination or SocketOption.BindAddressNoPort or SocketOption.MulticastLoop or SocketOption.MulticastAll or
        SocketOption.V6Only or SocketOption.V6ReceiveError or SocketOption.V6PacketInfo or SocketOption.V6ReceiveHopLimit or
        SocketOption.V6ReceiveTrafficClass or SocketOption.DontFragment or SocketOption.AutoFlowLabel or SocketOption.V6FlowInfo or
        SocketOption.V6FreeBind or SocketOption.V6Transparent or SocketOption.NoDelay or SocketOption.Cork or SocketOption.QuickAck or
        SocketOption.UdpCork or SocketOption.UdpReceiveOffload or SocketOption.UdpNoCheck6Send or SocketOption.UdpNoCheck6Receive or
        SocketOption.NetlinkPacketInfo or SocketOption.NetlinkBroadcastError or SocketOption.NetlinkNoBuffers or SocketOption.NetlinkCapAck or
        SocketOption.NetlinkExtendedAck or SocketOption.NetlinkStrictCheck or SocketOption.NetlinkListenAll or SocketOption.LingerOn or
        SocketOption.V6MulticastAll or SocketOption.V6OriginalDestination or SocketOption.LockFilter or SocketOption.PassPidFd or SocketOption.ReturnOptions or
        SocketOption.V6ReceiveHopOptions or SocketOption.V6ReceiveRoutingHeader or SocketOption.V6ReceiveDestinationOptions or
        SocketOption.V62292PacketInfo or SocketOption.V62292HopLimit or
        SocketOption.PacketAuxiliaryData or SocketOption.PacketOriginalDevice or SocketOption.PacketIgnoreOutgoing or SocketOption.PacketQdiscBypass;
}
