namespace Zonix.Kernel.Sockets;

/// <summary>A socket over IP.</summary>
public interface IInetSocket : ISocket
{
    /// <summary>Joins a group, on an interface or, with 0, on the one that leads there. EADDRINUSE, ENODEV, EINVAL.</summary>
    Errno Join(IpAddress group, int interfaceIndex, IpAddress interfaceAddress);

    /// <summary>Makes a connected socket of version 6, whose other end is of version 4, one of version 4. ENOTCONN, EADDRNOTAVAIL. IPV6_ADDRFORM.</summary>
    Errno BecomeVersion4();

    /// <summary>Leaves a group. EADDRNOTAVAIL.</summary>
    Errno Leave(IpAddress group, int interfaceIndex, IpAddress interfaceAddress);

    /// <summary>The interface it is bound to; empty: any. SO_BINDTODEVICE.</summary>
    string Device { get; }

    /// <summary>Binds it to an interface. ENODEV.</summary>
    Errno BindToDevice(string name);
}
