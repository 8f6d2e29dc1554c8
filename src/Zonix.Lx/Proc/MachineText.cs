using System.Globalization;
using System.Text;
using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>The files of /proc that tell of the machine's CPUs and of how busy they are.</summary>
internal static class MachineText
{
    private const long TicksPerSecond = 100, NsPerTick = 1_000_000_000 / TicksPerSecond, NsPerSecond = 1_000_000_000;

    // What Linux counts as soft interrupts: there are none here.
    private static readonly string[] s_softInterrupts = ["HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU"];

    internal static string LoadAverage(KernelMachine machine, PidSpace pids)
    {
        (double one, double five, double fifteen) = machine.Scheduler.Load.Read();
        return string.Create(CultureInfo.InvariantCulture, $"{one:F2} {five:F2} {fifteen:F2} {Running(pids)}/{pids.Tasks.Count} {pids.LastNumber}\n");
    }

    /// <summary>Since the zone's first program, and how long CPUs were idle since the machine was started.</summary>
    internal static string Uptime(KernelMachine machine, PidSpace pids, int cpus)
    {
        double up = (machine.Clock.MonotonicNs - pids.BootNs) / (double)NsPerSecond;
        long idle = 0;
        for (int cpu = 0; cpu < cpus; cpu++)
            idle += IdleNs(machine, machine.Scheduler.WorkerAt(cpu)?.Usage.BusyNs ?? 0);
        return string.Create(CultureInfo.InvariantCulture, $"{Hundredths(up)} {Hundredths(idle / (double)NsPerSecond)}\n");
    }

    internal static string Stat(KernelMachine machine, PidSpace pids, int cpus)
    {
        long user = 0, nice = 0, system = 0, idle = 0, switches = 0;
        var lines = new StringBuilder();
        for (int cpu = 0; cpu < cpus; cpu++)
        {
            Worker? worker = machine.Scheduler.WorkerAt(cpu);
            (long busyNs, long niceNs, long systemNs) = worker?.Usage ?? default;
            niceNs = Math.Min(niceNs, busyNs - systemNs);
            long u = (busyNs - niceNs - systemNs) / NsPerTick, n = niceNs / NsPerTick, s = systemNs / NsPerTick, i = IdleNs(machine, busyNs) / NsPerTick;
            lines.Append(CultureInfo.InvariantCulture, $"cpu{cpu} {u} {n} {s} {i} 0 0 0 0 0 0\n");
            user += u;
            nice += n;
            system += s;
            idle += i;
            switches += worker?.Switches ?? 0;
        }
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"cpu  {user} {nice} {system} {idle} 0 0 0 0 0 0\n").Append(lines);
        text.Append(CultureInfo.InvariantCulture, $"intr 0\nctxt {switches}\nbtime {BootTime(machine, pids)}\nprocesses {pids.Forks}\n");
        text.Append(CultureInfo.InvariantCulture, $"procs_running {Running(pids)}\nprocs_blocked 0\nsoftirq 0");
        foreach (string _ in s_softInterrupts)
            text.Append(" 0");
        return text.Append('\n').ToString();
    }

    /// <summary>No interrupt reaches this kernel: a table without lines of devices. proc_interrupts(5).</summary>
    internal static string Interrupts(int cpus)
    {
        var text = new StringBuilder("           ");
        for (int cpu = 0; cpu < cpus; cpu++)
            text.Append(CultureInfo.InvariantCulture, $"{$"CPU{cpu}",-11}");
        return text.Append("\nERR:          0\nMIS:          0\n").ToString();
    }

    internal static string SoftInterrupts(int cpus)
    {
        var text = new StringBuilder("                    ");
        for (int cpu = 0; cpu < cpus; cpu++)
            text.Append(CultureInfo.InvariantCulture, $"{$"CPU{cpu}",-11}");
        text.Append('\n');
        foreach (string name in s_softInterrupts)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name,12}:");
            for (int cpu = 0; cpu < cpus; cpu++)
                text.Append(CultureInfo.InvariantCulture, $" {0,10}");
            text.Append('\n');
        }
        return text.ToString();
    }

    /// <summary>/proc/pressure/cpu: for the whole machine nothing is ever fully stalled.</summary>
    internal static string CpuPressure(KernelMachine machine)
    {
        (double ten, double sixty, double threeHundred, long totalNs) = machine.Scheduler.Pressure.Read(machine.Clock.MonotonicNs);
        return string.Create(CultureInfo.InvariantCulture, $"some avg10={ten:F2} avg60={sixty:F2} avg300={threeHundred:F2} total={totalNs / 1000}\n") + NoPressure("full");
    }

    /// <summary>/proc/pressure/memory: nothing is reclaimed here, so nobody waits for that; a zone that uses too much loses a process.</summary>
    internal static string MemoryPressure() => NoPressure("some") + NoPressure("full");

    private static string NoPressure(string kind) => kind + " avg10=0.00 avg60=0.00 avg300=0.00 total=0\n";

    private static long BootTime(KernelMachine machine, PidSpace pids) => (machine.Clock.RealtimeOffsetNs + pids.BootNs) / NsPerSecond;

    private static long IdleNs(KernelMachine machine, long busyNs) => Math.Max(0, machine.Clock.MonotonicNs - machine.Clock.StartNs - busyNs);

    private static int Running(PidSpace pids)
    {
        int running = 0;
        foreach (KernelTask task in pids.Tasks.Snapshot())
            running += task.IsParked ? 0 : 1;
        return Math.Max(1, running);
    }

    // Cut off, not rounded: an uptime never lies ahead.
    private static string Hundredths(double seconds) => (Math.Floor(seconds * 100) / 100).ToString("F2", CultureInfo.InvariantCulture);
}
