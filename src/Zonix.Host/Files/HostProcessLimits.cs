using static Zonix.Host.Files.NativeFiles;

namespace Zonix.Host.Files;

/// <summary>What the host lets this process have, and who it is there.</summary>
public static unsafe class HostProcessLimits
{
    private const int RLIMIT_NOFILE = 7;

    /// <summary>The user the host runs this process as.</summary>
    public static uint UserId => geteuid();

    /// <summary>The group the host runs this process as.</summary>
    public static uint GroupId => getegid();

    /// <summary>Files that this process makes get the mode that is asked for: the umask of a guest is applied by the kernel.</summary>
    public static void ClearUmask() => _ = umask(0);

    /// <summary>How many mappings this process may have. vm.max_map_count.</summary>
    public static int MaximumMappings
    {
        get
        {
            const int Usual = 65530;
            try
            {
                return int.TryParse(File.ReadAllText("/proc/sys/vm/max_map_count"), out int limit) ? limit : Usual;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Usual;
            }
        }
    }

    /// <summary>Lifts the soft limit of open descriptors to the hard one, and answers it: a guest's open files are ours too.</summary>
    public static ulong RaiseOpenFiles()
    {
        ulong* limits = stackalloc ulong[2];
        if (getrlimit(RLIMIT_NOFILE, limits) != 0)
            return 1024;
        limits[0] = limits[1];
        return setrlimit(RLIMIT_NOFILE, limits) == 0 ? limits[1] : 1024;
    }
}
