using System.Globalization;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Groups;
using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Cgroup;

/// <summary>
/// Brings processes from group to group. Whoever does it may write cgroup.procs of the group, which was seen when it was opened, and
/// that of the innermost group that both lie in: so a part of the tree can be given to somebody. cgroups(7), "delegation".
/// </summary>
internal static class Migration
{
    /// <summary>Moves the process, or thread, of a number; 0: the caller.</summary>
    internal static Errno Move(CgroupOpener opener, ControlGroup to, string text, bool ofThread)
    {
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) || number < 0)
            return Errno.EINVAL;
        if (Worker.Current?.Running is not { } caller)
            return Errno.ESRCH;
        KernelTask? task = number == 0 ? caller : caller.Process.Pids.Tasks[new Tid(number)];
        Process? process = task?.Process ?? caller.Process.Pids.Processes[new Pid(number)];
        if (process?.ControlGroup is not { } from)
            return Errno.ESRCH;
        Errno error = Check(opener, from, to);
        if (error != 0)
            return error;
        // A thread by itself stays where its process's memory is counted: there are no threaded groups.
        if (ofThread)
            return ReferenceEquals(from, to) ? 0 : Errno.EOPNOTSUPP;
        error = to.Move(process);
        // One that has ended stays where it was, and that is no error.
        return error == Errno.ESRCH ? 0 : error;
    }

    /// <summary>Whether somebody who may write to <paramref name="to"/> may take processes there from <paramref name="from"/>: EACCES, ENOENT.</summary>
    internal static Errno Check(CgroupOpener who, ControlGroup from, ControlGroup to)
    {
        var common = (CgroupDirectory)from.CommonAncestor(to).FileState!;
        Errno error = Permissions.Check(common.Processes.Access, who.Credentials, AccessMode.W_OK);
        // "nsdelegate": a namespace is left by nobody in it.
        return error == 0 && who.Top is { } top && !(from.IsWithin(top) && to.IsWithin(top)) ? Errno.ENOENT : error;
    }

    /// <summary>Whether the task may start a process in the group of a descriptor: EBADF, EACCES, EBUSY, ENODEV. clone3(2), CLONE_INTO_CGROUP.</summary>
    internal static Errno FindTarget(KernelTask task, Fd fd, out ControlGroup? group)
    {
        group = null;
        if (task.Files[fd] is not { } description || description.File.Inode is not CgroupDirectory directory)
            return Errno.EBADF;
        if (task.Process.ControlGroup is not { } from || directory.Group.IsRemoved)
            return Errno.ENODEV;
        Errno error = Permissions.Check(directory.Processes.Access, task.Credentials, AccessMode.W_OK);
        error = error != 0 ? error : Check(CgroupOpener.Of(task), from, directory.Group);
        if (error != 0)
            return error;
        lock (directory.Group.Tree.Gate)
        {
            if (!directory.Group.MayHaveProcesses())
                return Errno.EBUSY;
        }

        group = directory.Group;
        return 0;
    }
}
