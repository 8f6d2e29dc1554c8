namespace Zonix.Kernel.Tty;

/// <summary>What is to be done once a terminal's lock is given back: whom to wake, what signals to send.</summary>
[Flags]
internal enum TtyEffects
{
    None = 0,

    /// <summary>There may be something to read.</summary>
    WakeReaders = 1,

    /// <summary>There may be room to write.</summary>
    WakeWriters = 2,

    /// <summary>The master may have something to read.</summary>
    WakeMasterReaders = 4,

    /// <summary>The master may have room to write.</summary>
    WakeMasterWriters = 8,

    /// <summary>SIGINT to the foreground.</summary>
    Interrupt = 16,

    /// <summary>SIGQUIT to the foreground.</summary>
    Quit = 32,

    /// <summary>SIGTSTP to the foreground.</summary>
    Suspend = 64,

    /// <summary>Everybody.</summary>
    WakeAll = WakeReaders | WakeWriters | WakeMasterReaders | WakeMasterWriters,
}
