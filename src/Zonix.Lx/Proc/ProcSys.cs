using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Proc;

/// <summary>
/// /proc/sys: what can be written either acts, or is kept where nothing here depends on it; the rest refuses to be written.
/// proc_sys(5).
/// </summary>
internal static class ProcSys
{
    internal static void Fill(StaticEntries sys, KernelMachine machine, VirtualFileSystem vfs, PidSpace pids, LxBrand brand) => sys
        .Directory("abi", abi => abi.Switch("vsyscall32", true))
        .Directory("debug", static debug => debug.Switch("exception-trace", true))
        .Directory("dev", dev => dev.Directory("tty", tty => TerminalText.FillTty(tty, vfs.Terminals)))
        .Directory("fs", fs => FileSettings.Fill(fs, vfs, pids, brand))
        .Directory("kernel", kernel =>
        {
            SystemSettings.Fill(kernel, machine, pids, brand);
            kernel.Directory("pty", pty => TerminalText.FillPty(pty, vfs.Terminals));
        })
        .Directory("net", net => NetSettings.Fill(net, brand.Network))
        .Directory("user", user => UserSettings.Fill(user))
        .Directory("vm", vm => VmSettings.Fill(vm, brand.Memory));
}
