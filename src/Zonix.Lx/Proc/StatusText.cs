using System.Globalization;
using System.Text;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tracing;
using Zonix.Lx.Seccomp;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>/proc/[pid]/status. proc_pid_status(5).</summary>
internal static class StatusText
{
    internal static string Status(ProcSubject subject)
    {
        Process process = subject.Process;
        KernelTask? task = subject.Task;
        AddressSpace? memory = subject.Memory;
        Credentials who = subject.Credentials;
        int parent = process.Parent?.Pid.Value ?? 0;
        var text = new StringBuilder(1536);
        text.Append("Name:\t").Append(Escape(subject.Name)).Append('\n');
        if (task?.FileSystem is { } files)
            text.Append("Umask:\t").Append(Convert.ToString((int)files.Umask, 8).PadLeft(4, '0')).Append('\n');
        Line(text, $"State:\t{StateName(State(subject))}");
        Line(text, $"Tgid:\t{process.Pid}\nNgid:\t0\nPid:\t{subject.Number}\nPPid:\t{parent}\nTracerPid:\t{task?.Tracee?.Tracer.Tid.Value ?? 0}");
        Line(text, $"Uid:\t{who.Uid}\t{who.EffectiveUid}\t{who.SavedUid}\t{who.FsUid}");
        Line(text, $"Gid:\t{who.Gid}\t{who.EffectiveGid}\t{who.SavedGid}\t{who.FsGid}");
        Line(text, $"FDSize:\t{task?.Files?.Capacity ?? 0}\nGroups:\t{string.Join(' ', who.Groups)} ");
        Line(text, $"NStgid:\t{process.Pid}\nNSpid:\t{subject.Number}\nNSpgid:\t{process.GroupId}\nNSsid:\t{process.SessionId}\nKthread:\t0");
        if (memory is not null)
        {
            text.Append(MemoryText.Status(process, memory));
            Line(text, $"HugetlbPages:\t{0,8} kB\nCoreDumping:\t0\nTHP_enabled:\t{(LxProcess.Of(process).HugePagesDisabled ? 0 : 1)}");
            text.Append("untag_mask:\t0xffffffffffffffff\n");
        }

        Line(text, $"Threads:\t{Math.Max(1, process.Tasks.Count)}");
        AppendSignals(text, process, task, who);
        AppendIdentity(text, who, subject.State?.Seccomp);
        AppendPlacement(text, process, task);
        return text.ToString();
    }

    /// <summary>The state as one letter: R, S, T (stopped), t (stopped for its tracer), Z (zombie). proc_pid_stat(5).</summary>
    internal static char State(ProcSubject subject) => subject.Task switch
    {
        null => 'Z',
        { IsParked: true, Tracee.Stop: not TraceStopKind.None } => 't',
        { IsParked: true } when subject.Process.IsStopped => 'T',
        { IsParked: true } => 'S',
        _ => 'R',
    };

    private static void AppendSignals(StringBuilder text, Process process, KernelTask? task, Credentials who)
    {
        (ulong ignored, ulong caught) = process.Signals.Handled();
        Line(text, $"SigQ:\t{process.Pids.SignalAccounts.Of(who.Uid).Count}/{process.Rlimits[RlimitResource.RLIMIT_SIGPENDING].Soft}");
        Line(text, $"SigPnd:\t{task?.Signals.Pending.Set ?? 0:x16}\nShdPnd:\t{process.Signals.Pending.Set:x16}\nSigBlk:\t{task?.Signals.Blocked ?? 0:x16}");
        Line(text, $"SigIgn:\t{ignored:x16}\nSigCgt:\t{caught:x16}");
    }

    private static void AppendIdentity(StringBuilder text, Credentials who, SeccompState? seccomp)
    {
        Line(text, $"CapInh:\t{who.InheritableCapabilities:x16}\nCapPrm:\t{who.PermittedCapabilities:x16}\nCapEff:\t{who.EffectiveCapabilities:x16}");
        Line(text, $"CapBnd:\t{who.BoundingCapabilities:x16}\nCapAmb:\t{who.AmbientCapabilities:x16}\nNoNewPrivs:\t{(who.NoNewPrivileges ? 1 : 0)}");
        Line(text, $"Seccomp:\t{seccomp?.Mode ?? 0}\nSeccomp_filters:\t{seccomp?.Count ?? 0}");
        text.Append("Speculation_Store_Bypass:\tunknown\nSpeculationIndirectBranch:\tunknown\n");
    }

    private static void AppendPlacement(StringBuilder text, Process process, KernelTask? task)
    {
        ulong mask = (task?.AffinityMask ?? ulong.MaxValue) & ((LxBrand)process.Brand).CpuMask(process.Machine);
        Line(text, $"Cpus_allowed:\t{CpuNumbers.Mask(mask)}\nCpus_allowed_list:\t{CpuNumbers.List(mask)}\nMems_allowed:\t00000000,00000001\nMems_allowed_list:\t0");
        Line(text, $"voluntary_ctxt_switches:\t{task?.VoluntarySwitches ?? 0}\nnonvoluntary_ctxt_switches:\t{task?.InvoluntarySwitches ?? 0}");
    }

    private static string StateName(char state) => state switch
    {
        'R' => "R (running)",
        'S' => "S (sleeping)",
        'T' => "T (stopped)",
        't' => "t (tracing stop)",
        _ => "Z (zombie)",
    };

    // What would break the line is written as C does it.
    private static string Escape(string name) => name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
