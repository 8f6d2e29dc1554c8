namespace Zonix.Zones;

/// <summary>Where a user's machine keeps what it is to remember.</summary>
public sealed record StatePaths
{
    // struct sockaddr_un, sun_path. unix(7).
    private const int LongestSocket = 107;

    /// <summary>The folder of all others.</summary>
    public required string Home { get; init; }

    /// <summary>Socket, lock and log of the machine.</summary>
    public required string Run { get; init; }

    /// <summary>The pool.</summary>
    public string Pool => Path.Combine(Home, "pool");

    /// <summary>Images.</summary>
    public string Images => Path.Combine(Home, "images");

    /// <summary>Zones' configurations and logs.</summary>
    public string Zones => Path.Combine(Home, "zones");

    /// <summary>Networks' configurations.</summary>
    public string Networks => Path.Combine(Home, "networks");

    /// <summary>Packages that were fetched from mirrors.</summary>
    public string Packages => Path.Combine(Home, "cache", "debs");

    /// <summary>The machine's socket.</summary>
    public string Socket => Path.Combine(Run, "zonix.sock");

    /// <summary>Held by the machine as long as it runs.</summary>
    public string Lock => Path.Combine(Run, "zonix.lock");

    /// <summary>The number of its process.</summary>
    public string Pid => Path.Combine(Run, "zonix.pid");

    /// <summary>What the machine has to say.</summary>
    public string Log => Path.Combine(Run, "zonix.log");

    /// <summary>Those of $ZONIX_HOME, or the usual ones of the user.</summary>
    public static StatePaths OfUser()
    {
        string? home = Environment.GetEnvironmentVariable("ZONIX_HOME");
        if (!string.IsNullOrEmpty(home))
            return In(Path.GetFullPath(home));
        string? data = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
        if (string.IsNullOrEmpty(data))
            data = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
        string? run = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        StatePaths usual = In(Path.Combine(data, "zonix"));
        return string.IsNullOrEmpty(run) ? usual : usual with { Run = Path.Combine(run, "zonix") };
    }

    /// <summary>All in one folder.</summary>
    public static StatePaths In(string home) => new() { Home = home, Run = Path.Combine(home, "run") };

    /// <summary>Makes the folders, for this user alone.</summary>
    /// <exception cref="IOException">They cannot be made, or the socket's path is too long.</exception>
    public void Create()
    {
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (string folder in (string[])[Home, Run, Zones])
        {
            if (!Directory.Exists(folder) && !OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder, Own);
        }

        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Run, Own);
        if (System.Text.Encoding.UTF8.GetByteCount(Socket) > LongestSocket)
            throw new IOException($"{Socket}: too long for a socket; set ZONIX_HOME to a shorter path");
    }
}
