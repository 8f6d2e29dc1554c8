namespace Zonix.Host.Files;

/// <summary>What a descriptor is ready for; the values are poll(2)'s.</summary>
[Flags]
public enum HostReadiness
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>POLLIN.</summary>
    Read = 1,

    /// <summary>POLLPRI.</summary>
    Priority = 2,

    /// <summary>POLLOUT.</summary>
    Write = 4,

    /// <summary>POLLERR.</summary>
    Error = 8,

    /// <summary>POLLHUP.</summary>
    HangUp = 16,
}
