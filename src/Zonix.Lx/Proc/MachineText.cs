using System.Globalization;
using System.Runtime.Intrinsics.X86;
using System.Text;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>The files of /proc that tell of the machine.</summary>
internal static class MachineText
{
    internal const string NoDevices =
        "Inter-|   Receive                                                |  Transmit\n" +
        " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n";

    internal const string NoSockets = "Num       RefCount Protocol Flags    Type St Inode Path\n";

    private const long TicksPerSecond = 100, NsPerTick = 1_000_000_000 / TicksPerSecond;

    // Bits of cpuid leaf 1 edx, leaf 1 ecx, leaf 7 ebx, by name.
    private static readonly string[] Leaf1Edx =
    [
        "fpu", "vme", "de", "pse", "tsc", "msr", "pae", "mce", "cx8", "apic", "", "sep", "mtrr", "pge", "mca", "cmov", "pat", "pse36", "pn",
        "clflush", "", "dts", "acpi", "mmx", "fxsr", "sse", "sse2", "ss", "ht", "tm", "ia64", "pbe",
    ];

    private static readonly string[] Leaf1Ecx =
    [
        "pni", "pclmulqdq", "dtes64", "", "ds_cpl", "", "", "est", "tm2", "ssse3", "cid", "sdbg", "fma", "cx16", "xtpr", "pdcm", "", "", "dca",
        "sse4_1", "sse4_2", "", "movbe", "popcnt", "", "aes", "xsave", "", "avx", "f16c", "rdrand", "",
    ];

    private static readonly string[] Leaf7Ebx =
    [
        "fsgsbase", "", "", "bmi1", "", "avx2", "", "smep", "bmi2", "erms", "invpcid", "", "", "", "", "", "avx512f", "avx512dq", "rdseed", "adx",
        "smap", "avx512ifma", "", "clflushopt", "clwb", "", "avx512pf", "avx512er", "avx512cd", "sha_ni", "avx512bw", "avx512vl",
    ];

    internal static string CpuInfo(KernelMachine machine)
    {
        (int signature, _, int ecx1, int edx1) = X86Base.CpuId(1, 0);
        (_, int ebx7, _, _) = X86Base.CpuId(7, 0);
        int family = ((signature >> 8) & 0xf) + ((signature >> 20) & 0xff);
        int model = ((signature >> 4) & 0xf) | ((signature >> 12) & 0xf0);
        string flags = string.Join(' ', Names(Leaf1Edx, edx1).Append("syscall nx lm constant_tsc rep_good nopl")
            .Concat(Names(Leaf1Ecx, ecx1)).Concat(Names(Leaf7Ebx, ebx7)));
        var text = new StringBuilder();
        for (int cpu = 0; cpu < machine.CpuCount; cpu++)
        {
            text.Append(CultureInfo.InvariantCulture, $"processor\t: {cpu}\nvendor_id\t: {Vendor()}\ncpu family\t: {family}\nmodel\t\t: {model}\n");
            text.Append(CultureInfo.InvariantCulture, $"model name\t: {ModelName()}\nstepping\t: {signature & 0xf}\ncpu MHz\t\t: 2000.000\n");
            text.Append(CultureInfo.InvariantCulture, $"cache size\t: 1024 KB\nphysical id\t: 0\nsiblings\t: {machine.CpuCount}\ncore id\t\t: {cpu}\n");
            text.Append(CultureInfo.InvariantCulture, $"cpu cores\t: {machine.CpuCount}\napicid\t\t: {cpu}\ninitial apicid\t: {cpu}\nfpu\t\t: yes\n");
            text.Append(CultureInfo.InvariantCulture, $"fpu_exception\t: yes\ncpuid level\t: 13\nwp\t\t: yes\nflags\t\t: {flags}\n");
            text.Append("bogomips\t: 4000.00\nclflush size\t: 64\ncache_alignment\t: 64\naddress sizes\t: 48 bits physical, 48 bits virtual\n\n");
        }
        return text.ToString();
    }

    internal static string MemoryInfo(MemoryGroup memory)
    {
        (ulong total, ulong free) = memory.TotalAndFree();
        var text = new StringBuilder();
        void Line(string name, ulong bytes) => text.Append(CultureInfo.InvariantCulture, $"{name + ":",-15} {bytes / 1024,8} kB\n");
        Line("MemTotal", total);
        Line("MemFree", free);
        Line("MemAvailable", free);
        foreach (string none in (ReadOnlySpan<string>)["Buffers", "Cached", "SwapCached", "Active", "Inactive", "Unevictable", "Mlocked", "SwapTotal",
            "SwapFree", "Dirty", "Writeback", "AnonPages", "Mapped", "Shmem", "KReclaimable", "Slab", "SReclaimable", "SUnreclaim", "KernelStack",
            "PageTables"])
        {
            Line(none, 0);
        }
        Line("CommitLimit", memory.CommitLimit);
        Line("Committed_AS", memory.Committed);
        Line("VmallocTotal", 34359738367UL * 1024);
        text.Append("HugePages_Total:       0\nHugePages_Free:        0\nHugePages_Rsvd:        0\nHugePages_Surp:        0\nHugepagesize:       2048 kB\n");
        return text.ToString();
    }

    internal static string LoadAverage(KernelMachine machine, PidSpace pids)
    {
        int tasks = pids.Tasks.Count;
        int running = pids.Tasks.Snapshot().Count(t => !t.IsParked);
        (double one, double five, double fifteen) = machine.Scheduler.Load.Read();
        return string.Create(CultureInfo.InvariantCulture, $"{one:F2} {five:F2} {fifteen:F2} {Math.Max(1, running)}/{tasks} {pids.LastNumber}\n");
    }

    internal static string Uptime(KernelMachine machine)
    {
        double up = machine.Clock.BoottimeNs / 1e9;
        double idle = Math.Max(0, (up * machine.CpuCount) - (BusyTicks(machine) / (double)TicksPerSecond));
        return string.Create(CultureInfo.InvariantCulture, $"{up:F2} {idle:F2}\n");
    }

    internal static string Stat(KernelMachine machine, PidSpace pids)
    {
        long up = machine.Clock.BoottimeNs;
        var text = new StringBuilder();
        long user = 0, nice = 0, system = 0, idle = 0, switches = 0;
        var lines = new StringBuilder();
        for (int cpu = 0; cpu < machine.CpuCount; cpu++)
        {
            Worker? worker = machine.Scheduler.WorkerAt(cpu);
            long busyNs = worker?.BusyNs ?? 0, niceNs = worker?.NiceNs ?? 0, systemNs = Math.Min(worker?.SystemNs ?? 0, busyNs);
            long u = Math.Max(0, busyNs - niceNs - systemNs) / NsPerTick, n = niceNs / NsPerTick, k = systemNs / NsPerTick;
            long i = Math.Max(0, up - busyNs) / NsPerTick;
            lines.Append(CultureInfo.InvariantCulture, $"cpu{cpu} {u} {n} {k} {i} 0 0 0 0 0 0\n");
            user += u;
            nice += n;
            system += k;
            idle += i;
            switches += worker?.Switches ?? 0;
        }
        text.Append(CultureInfo.InvariantCulture, $"cpu  {user} {nice} {system} {idle} 0 0 0 0 0 0\n").Append(lines);
        long boot = (machine.Clock.RealtimeNs - machine.Clock.BoottimeNs) / 1_000_000_000;
        int running = pids.Tasks.Snapshot().Count(t => !t.IsParked);
        text.Append(CultureInfo.InvariantCulture, $"intr 0\nctxt {switches}\nbtime {boot}\nprocesses {pids.Forks}\nprocs_running {running}\nprocs_blocked 0\n");
        return text.ToString();
    }

    private static long BusyTicks(KernelMachine machine)
    {
        long total = 0;
        for (int cpu = 0; cpu < machine.CpuCount; cpu++)
            total += machine.Scheduler.WorkerAt(cpu)?.BusyNs ?? 0;
        return total / NsPerTick;
    }

    private static IEnumerable<string> Names(string[] names, int bits) => names.Where((name, bit) => name.Length > 0 && (bits & (1 << bit)) != 0);

    private static string Vendor()
    {
        (_, int ebx, int ecx, int edx) = X86Base.CpuId(0, 0);
        return Characters(ebx, edx, ecx);
    }

    private static string ModelName()
    {
        var text = new StringBuilder();
        for (int leaf = 2; leaf <= 4; leaf++)
        {
            (int eax, int ebx, int ecx, int edx) = X86Base.CpuId(unchecked((int)0x80000000) + leaf, 0);
            text.Append(Characters(eax, ebx, ecx, edx));
        }
        return text.ToString().TrimEnd('\0', ' ');
    }

    private static string Characters(params ReadOnlySpan<int> words)
    {
        Span<byte> bytes = stackalloc byte[16];
        for (int i = 0; i < words.Length; i++)
            BitConverter.TryWriteBytes(bytes[(i * 4)..], words[i]);
        return Encoding.ASCII.GetString(bytes[..(words.Length * 4)]);
    }
}
