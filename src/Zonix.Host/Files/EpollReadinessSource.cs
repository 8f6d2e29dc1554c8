using static Zonix.Host.Files.NativeFiles;

namespace Zonix.Host.Files;

/// <summary>
/// One thread in epoll_wait(2); it starts with the first watch. Notifications are one-shot, so a descriptor that stays
/// ready while nobody waits for it costs nothing.
/// </summary>
public sealed unsafe class EpollReadinessSource : IReadinessSource
{
    private const uint EPOLLONESHOT = 1u << 30;
    private const int EPOLL_CTL_ADD = 1, EPOLL_CTL_DEL = 2, EPOLL_CTL_MOD = 3, EFD_CLOEXEC = 0x80000;
    private readonly Lock gate = new();
    private readonly Dictionary<ulong, Watch> watches = [];
    private HostDescriptor? epoll, wakeUp;
    private ulong nextKey = 1;
    private bool stopped;

    /// <inheritdoc/>
    public bool TryAdd(HostDescriptor descriptor, IReadinessObserver observer, out IReadinessWatch? watch)
    {
        watch = null;
        lock (gate)
        {
            if (stopped || !EnsureStarted())
                return false;
            var added = new Watch(this, nextKey++, descriptor, observer);
            var e = new EpollEvent { Events = EPOLLONESHOT, Data = added.Key };
            try
            {
                if (epoll_ctl(epoll!, EPOLL_CTL_ADD, descriptor, &e) < 0)
                    return false;
            }
            catch (ObjectDisposedException)
            {
                // Closed by another thread meanwhile.
                return false;
            }
            watches.Add(added.Key, added);
            watch = added;
            return true;
        }
    }

    /// <summary>What the descriptor is ready for at this moment, without waiting. poll(2).</summary>
    public static HostReadiness Query(HostDescriptor descriptor, HostReadiness interest)
    {
        bool held = false;
        try
        {
            descriptor.DangerousAddRef(ref held);
            var entry = new PollEntry { Descriptor = descriptor.Number, Events = (short)interest };
            return poll(&entry, 1, 0) > 0 ? (HostReadiness)entry.Returned : HostReadiness.None;
        }
        finally
        {
            if (held)
                descriptor.DangerousRelease();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            if (stopped)
                return;
            stopped = true;
            if (wakeUp is null)
                return;
            ulong one = 1;
            write(wakeUp, (byte*)&one, 8);
        }
    }

    private bool EnsureStarted()
    {
        if (epoll is not null)
            return true;
        int fd = epoll_create1(EFD_CLOEXEC);
        int wake = eventfd(0, EFD_CLOEXEC);
        if (fd < 0 || wake < 0)
            return false;
        epoll = new HostDescriptor(fd);
        wakeUp = new HostDescriptor(wake);
        var e = new EpollEvent { Events = (uint)HostReadiness.Read, Data = 0 };
        epoll_ctl(epoll, EPOLL_CTL_ADD, wakeUp, &e);
        new Thread(Run, 128 * 1024) { IsBackground = true, Name = "zonix-poller" }.Start();
        return true;
    }

    private void Run()
    {
        EpollEvent* events = stackalloc EpollEvent[32];
        while (true)
        {
            int n = epoll_wait(epoll!, events, 32, -1);
            for (int i = 0; i < n; i++)
            {
                if (events[i].Data == 0)
                {
                    epoll!.Dispose();
                    wakeUp!.Dispose();
                    return;
                }
                Watch? watch;
                lock (gate)
                    watches.TryGetValue(events[i].Data, out watch);
                watch?.Observer.Ready((HostReadiness)(events[i].Events & 0x1f));
            }
        }
    }

    private sealed class Watch(EpollReadinessSource source, ulong key, HostDescriptor descriptor, IReadinessObserver observer)
        : IReadinessWatch
    {
        public ulong Key => key;

        public IReadinessObserver Observer => observer;

        public void Arm(HostReadiness interest)
        {
            var e = new EpollEvent { Events = (uint)interest | EPOLLONESHOT, Data = key };
            try
            {
                epoll_ctl(source.epoll!, EPOLL_CTL_MOD, descriptor, &e);
            }
            catch (ObjectDisposedException)
            {
                // The source has stopped: nobody is told any more.
            }
        }

        public void Dispose()
        {
            lock (source.gate)
            {
                if (!source.watches.Remove(key) || source.stopped)
                    return;
                EpollEvent e;
                epoll_ctl(source.epoll!, EPOLL_CTL_DEL, descriptor, &e);
            }
        }
    }
}
