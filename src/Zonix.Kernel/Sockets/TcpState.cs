namespace Zonix.Kernel.Sockets;

/// <summary>States of a connection, with Linux's numbers. RFC 9293, tcp(7).</summary>
public enum TcpState
{
    /// <summary>Connected.</summary>
    Established = 1,

    /// <summary>Has asked for a connection.</summary>
    SynSent,

    /// <summary>Was asked for a connection.</summary>
    SynReceived,

    /// <summary>Has sent its end.</summary>
    FinWait1,

    /// <summary>Its end was heard.</summary>
    FinWait2,

    /// <summary>Both have ended; this one first.</summary>
    TimeWait,

    /// <summary>Not connected.</summary>
    Close,

    /// <summary>Has heard the other's end.</summary>
    CloseWait,

    /// <summary>Has heard the other's end and sent its own.</summary>
    LastAck,

    /// <summary>Takes connections.</summary>
    Listen,

    /// <summary>Both have ended at once.</summary>
    Closing,
}
