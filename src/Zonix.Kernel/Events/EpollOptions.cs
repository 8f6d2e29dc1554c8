namespace Zonix.Kernel.Events;

/// <summary>The flags of an epoll registration beyond <see cref="PollEvents"/>. epoll_ctl(2).</summary>
[Flags]
public enum EpollOptions : uint
{
    EPOLLEXCLUSIVE = 1u << 28,
    EPOLLWAKEUP = 1u << 29,
    EPOLLONESHOT = 1u << 30,
    EPOLLET = 1u << 31,
}
