using System.Globalization;
using System.Runtime.InteropServices;

namespace Zonix.Host.Machine;

/// <summary>What the host has: memory. sysinfo(2).</summary>
public static unsafe partial class HostResources
{
    /// <summary>Bytes of memory in all, and free.</summary>
    public static (ulong Total, ulong Free) GetMemory()
    {
        ulong* info = stackalloc ulong[32];
        if (sysinfo(info) != 0)
            return (0, 0);
        // uptime, three loads, then totalram, freeram, sharedram, bufferram, totalswap, freeswap, procs, ..., mem_unit.
        uint unit = ((uint*)info)[26];
        return (info[4] * unit, (info[5] + info[7]) * unit);
    }

    /// <summary>Bytes that programs could still get: free, and what the host would give up of its caches. proc_meminfo(5).</summary>
    public static ulong GetAvailableMemory()
    {
        const string Name = "MemAvailable:";
        try
        {
            foreach (string line in File.ReadLines("/proc/meminfo"))
            {
                if (line.StartsWith(Name, StringComparison.Ordinal) &&
                    ulong.TryParse(line.AsSpan(Name.Length).Trim(" kB"), NumberStyles.None, CultureInfo.InvariantCulture, out ulong kibibytes))
                {
                    return kibibytes * 1024;
                }
            }
        }
        catch (IOException)
        {
            // A host without /proc: what is free will do.
        }

        return GetMemory().Free;
    }

    [LibraryImport("libc")]
    private static partial int sysinfo(void* info);
}
