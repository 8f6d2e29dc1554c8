namespace Zonix.Cli;

/// <summary>The options of zonix run and create by name, for shells that complete them; <see cref="RunArguments"/> reads them.</summary>
internal static class RunOptionNames
{
    /// <summary>Those that stand for themselves.</summary>
    internal static readonly string[] Switches =
    [
        "--autoboot", "--detach", "--foreground", "--help", "--init", "--interactive", "--large", "--no-healthcheck", "--oom-kill-disable", "--privileged",
        "--publish-all", "--quiet", "--read-only", "--rm", "--sig-proxy", "--stats", "--strace", "--tty",
    ];

    /// <summary>Those with a value behind them.</summary>
    internal static readonly string[] Valued =
    [
        "--add-host", "--attach", "--cap-add", "--cap-drop", "--cidfile", "--cpu-period", "--cpu-quota", "--cpu-shares", "--cpus", "--detach-keys", "--dns", "--dns-option",
        "--dns-search", "--domainname", "--entrypoint", "--env", "--env-file", "--expose", "--health-cmd", "--health-interval", "--health-retries",
        "--health-start-interval", "--health-start-period", "--health-timeout", "--hostname", "--ip", "--ip6", "--kernel-version", "--label", "--label-file",
        "--log-driver", "--log-opt", "--mac-address", "--memory", "--memory-swap", "--mount", "--name", "--network", "--network-alias", "--network-allow",
        "--network-connection-rate", "--network-deny", "--network-max-connections", "--network-rate", "--output", "--pids-limit", "--platform", "--publish", "--pull",
        "--restart", "--root", "--security-opt", "--shm-size", "--stop-signal", "--stop-timeout", "--storage-opt", "--tmpfs", "--ulimit", "--user", "--volume", "--workdir",
    ];

    /// <summary>What docker has and this does not, with what is done in its place.</summary>
    internal static string? InPlaceOf(string option) => option switch
    {
        "--link" => "put both zones on a network, which knows their names: zonix network create NET, run --network NET",
        "--volumes-from" => "name the other zone's volumes with -v",
        "--device" or "--gpus" or "--device-cgroup-rule" => "zones have no devices of the host",
        "--cpuset-cpus" or "--cpuset-mems" => "limit the time with --cpus, or use cpuset in the zone's own control groups",
        "--ipc" or "--pid" or "--uts" or "--userns" or "--cgroupns" => "a zone has a kernel's names of its own, and shares none with others or the host",
        "--memory-reservation" or "--memory-swappiness" or "--kernel-memory" or "--oom-score-adj" => "limit memory with --memory",
        "--group-add" => "name the user with its groups in the image's /etc/group",
        "--sysctl" => "write to /proc/sys in the zone",
        "--blkio-weight" or "--device-read-bps" or "--device-write-bps" or "--device-read-iops" or "--device-write-iops" => "reading and writing is counted, and not limited",
        "--runtime" or "--isolation" or "--cgroup-parent" or "--volume-driver" => "there is one way to run a zone here",
        _ => null,
    };
}
