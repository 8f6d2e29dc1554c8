using Zonix.Kernel.Tasks;

namespace Zonix.Zones.Configuration;

/// <summary>Capabilities by name. A zone's root has all of them, in its zone; what is dropped nobody there can have. capabilities(7).</summary>
public static class CapabilityNames
{
    /// <summary>All, by number.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE",
        "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT",
        "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE",
        "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ",
        "PERFMON", "BPF", "CHECKPOINT_RESTORE",
    ];

    /// <summary>The set of one name, or of ALL; 0: there is none of that name.</summary>
    public static ulong Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string plain = name.ToUpperInvariant();
        plain = plain.StartsWith("CAP_", StringComparison.Ordinal) ? plain[4..] : plain;
        if (plain == "ALL")
            return Credentials.AllCapabilities;
        for (int i = 0; i < All.Count; i++)
        {
            if (All[i] == plain)
                return 1UL << i;
        }

        return 0;
    }

    /// <summary>What is left of all when some are dropped and others added.</summary>
    public static ulong Combine(IEnumerable<string>? dropped, IEnumerable<string>? added)
    {
        ulong set = Credentials.AllCapabilities;
        foreach (string name in dropped ?? [])
            set &= ~Find(name);
        foreach (string name in added ?? [])
            set |= Find(name);
        return set;
    }
}
