using System.Text;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Groups;

namespace Zonix.Zones.Tests;

/// <summary>
/// The controllers of control groups act. A shell in a zone sets them up as a container's starter does, and its exit code says
/// whether all it looked at was right. What needs no controller is compared with Linux, in conformance/groups.
/// </summary>
public sealed class ControlGroupTests
{
    // Hundredths of a second: how long something took on a busy host is to be measured.
    private const string Start = "now() { read -r up rest < /proc/uptime; echo $((${up%.*} * 100 + 1${up#*.} - 100)); }; set -e; cd /sys/fs/cgroup; echo '+cpu +cpuset +io +memory +pids' > cgroup.subtree_control; mkdir g; ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public Task Cpu_time_is_limited() => Succeeds(
        """
        echo '20000 100000' > g/cpu.max
        test "$(cat g/cpu.max)" = '20000 100000'
        begun=$(now)
        sh -c 'echo 0 > g/cgroup.procs; exec timeout 2 sh -c "while :; do :; done"' || :
        passed=$(($(now) - begun))
        used=$(sed -n 's/usage_usec //p' g/cpu.stat); throttled=$(sed -n 's/nr_throttled //p' g/cpu.stat)
        test $used -lt $((passed * 3000)); test $throttled -ge 3
        """);

    [Fact]
    public Task Cpu_time_of_a_group_in_a_group_is_limited_by_the_outer_one() => Succeeds(
        """
        echo +cpu > g/cgroup.subtree_control; mkdir g/in
        echo '20000 100000' > g/cpu.max; echo '50000 100000' > g/in/cpu.max
        begun=$(now)
        sh -c 'echo 0 > g/in/cgroup.procs; exec timeout 2 sh -c "while :; do :; done"' || :
        passed=$(($(now) - begun))
        test $(sed -n 's/usage_usec //p' g/cpu.stat) -lt $((passed * 3000))
        test $(sed -n 's/usage_usec //p' g/in/cpu.stat) -gt 50000
        """);

    [Fact]
    public Task Too_much_memory_kills_in_the_group_alone() => Succeeds(
        """
        echo 24M > g/memory.max
        test "$(cat g/memory.max)" = 25165824
        sh -c 'echo 0 > g/cgroup.procs; head -c 300000000 /dev/zero | tail > /dev/null; test $? = 137'
        grep -q 'oom_kill 1' g/memory.events; test $(cat g/memory.peak) -gt 25165824
        head -c 50000000 /dev/zero | tail > /dev/null
        echo 1 > g/memory.oom.group
        sh -c 'echo 0 > g/cgroup.procs; head -c 300000000 /dev/zero | tail > /dev/null' && exit 3
        grep -q 'oom_group_kill 1' g/memory.events
        """);

    [Fact]
    public Task More_memory_than_is_wanted_slows_down() => Succeeds(
        """
        echo 16M > g/memory.high
        sh -c 'echo 0 > g/cgroup.procs; head -c 40000000 /dev/zero | tail > /dev/null'
        test $(sed -n 's/^high //p' g/memory.events) -gt 0
        test $(sed -n 's/throttled_usec //p' g/cpu.stat.local) -gt 10000
        """);

    [Fact]
    public Task Too_many_tasks_are_refused() => Succeeds(
        """
        echo 3 > g/pids.max
        sh -c 'echo 0 > g/cgroup.procs; sleep 9 & sleep 9 & (exec true) & wait' 2> /dev/null && exit 3
        test $(cat g/pids.current) = 2; test $(cat g/pids.peak) = 3
        grep -q 'max 1' g/pids.events
        echo 1 > g/cgroup.kill
        """);

    [Fact]
    public Task Cpus_are_those_of_the_group() => Succeeds(
        """
        echo 0 > g/cpuset.cpus
        sh -c 'echo 0 > g/cgroup.procs; test $(nproc) = 1; grep -q "Cpus_allowed_list:.0$" /proc/self/status'
        echo 99 > g/cpuset.cpus && exit 3
        mkdir g/in; echo +cpuset > g/cgroup.subtree_control
        test $(cat g/in/cpuset.cpus.effective) = 0
        echo > g/cpuset.cpus
        test $(cat g/in/cpuset.cpus.effective) = $(cat cpuset.cpus.effective)
        """);

    [Fact]
    public Task A_group_with_processes_hands_no_memory_down() => Succeeds(
        """
        sh -c 'echo 0 > g/cgroup.procs; sleep 60' &
        while ! grep -q 'populated 1' g/cgroup.events; do sleep 0.01; done
        echo +memory > g/cgroup.subtree_control 2> /dev/null && exit 3
        echo +cpu > g/cgroup.subtree_control
        mkdir g/in; test -e g/in/cpu.max; test ! -e g/in/memory.max
        echo -cpu > g/cgroup.subtree_control; test ! -e g/in/cpu.max
        echo +nothing > g/cgroup.subtree_control 2> /dev/null && exit 4
        echo 1 > g/cgroup.kill
        while grep -q 'populated 1' g/cgroup.events; do sleep 0.01; done
        echo +memory > g/cgroup.subtree_control; test -e g/in/memory.max
        echo 1 > g/cgroup.procs 2> /dev/null && exit 5
        echo 1 > g/in/cgroup.procs
        echo -memory > cgroup.subtree_control 2> /dev/null && exit 6
        echo 1 > cgroup.procs; rmdir g/in g
        """);

    [Fact]
    public Task What_is_read_from_files_of_the_host_is_counted() => Succeeds(
        """
        sh -c 'echo 0 > g/cgroup.procs; cat /usr/bin/env /bin/sh > /dev/null'
        grep -q 'rbytes=[1-9][0-9][0-9][0-9]' g/io.stat
        """);

    [Fact]
    public Task The_root_shows_the_limits_of_the_zone_and_keeps_them() => Run(
        """
        test $(cat memory.max) = 134217728; test "$(cat cpu.max)" = '150000 100000'
        echo max > memory.max 2> /dev/null && exit 3
        echo max > cpu.max 2> /dev/null && exit 4
        test $(cat memory.current) -gt 0
        echo 1G > g/memory.max
        sh -c 'echo 0 > g/cgroup.procs; head -c 300000000 /dev/zero | tail > /dev/null; test $? = 137'
        grep -q 'oom_kill 1' memory.events
        """,
        new ZoneOptions { MemoryLimit = 128 << 20, MilliCpus = 1500 });

    private static Task Succeeds(string script) => Run(script, new ZoneOptions());

    private static async Task Run(string script, ZoneOptions options)
    {
        using var machine = new ZoneMachine();
        Assert.Equal((Errno)0, Zone.Create(machine, options, out Zone? zone));
        using (zone)
        {
            byte[][] words = [.. new[] { "-c", Start + script.ReplaceLineEndings("\n") }.Select(Encoding.UTF8.GetBytes)];
            SysResult started = zone!.Start(Encoding.UTF8.GetBytes("/bin/sh"), words, ["PATH=/usr/bin:/bin"u8.ToArray()], "/", needsDirectory: false, out var process);
            Assert.False(started.IsError);
            int status = await process!.Completion.WaitAsync(Patience, TestContext.Current.CancellationToken);
            Assert.Equal(0, status);
            Assert.False(zone.Groups.Root.IsFreezing);
        }
    }
}
