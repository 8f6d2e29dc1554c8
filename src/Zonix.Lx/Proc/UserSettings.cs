using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Proc;

/// <summary>/proc/sys/user: how many objects a user may make. Kinds of namespaces that cannot be made are 0. proc_sys_user(5).</summary>
internal static class UserSettings
{
    private const long Most = int.MaxValue;

    internal static void Fill(StaticEntries user)
    {
        foreach (string none in (ReadOnlySpan<string>)["max_cgroup_namespaces", "max_net_namespaces", "max_pid_namespaces", "max_time_namespaces", "max_user_namespaces"])
            user.Refused(none, 0);
        foreach (string kept in (ReadOnlySpan<string>)["max_ipc_namespaces", "max_mnt_namespaces", "max_uts_namespaces"])
            user.Kept(kept, Most, 0);
    }
}
