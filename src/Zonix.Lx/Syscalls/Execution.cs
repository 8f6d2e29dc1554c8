using System.Buffers;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Watching;
using Zonix.Lx.Loader;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Calls that replace the program.</summary>
internal static class Execution
{
    private const int AT_FDCWD = -100;
    private const uint AT_SYMLINK_NOFOLLOW = 0x100;
    private const uint AT_EMPTY_PATH = 0x1000;

    /// <summary>Runs another program in this process. execve(2).</summary>
    [Syscall(X64 = 59, I386 = 11)]
    internal static SysResult Execve(KernelTask task, UserCString path, UserAddress argv, UserAddress envp) =>
        IfAllowed(task, Execute(task, new Fd(AT_FDCWD), path, argv, envp, 0));

    /// <summary>Runs another program, found from a directory or named by a descriptor. execveat(2).</summary>
    [Syscall(X64 = 322, I386 = 358)]
    internal static SysResult Execveat(KernelTask task, Fd directory, UserCString path, UserAddress argv, UserAddress envp, uint flags) =>
        (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) != 0
            ? Errno.EINVAL
            : IfAllowed(task, Execute(task, directory, path, argv, envp, flags));

    // Somebody wants to be asked first: the call begins anew with the answer.
    private static SysResult IfAllowed(KernelTask task, SysResult result)
    {
        if (task.TakeQuestion() is { } question)
            return PermissionWait.ThenAgain(task, question);
        task.ForgetPermissionAnswers();
        return result;
    }

    private static SysResult Execute(KernelTask task, Fd directory, UserCString path, UserAddress argv, UserAddress envp, uint flags)
    {
        LxTask state = LxTask.Of(task);
        if (state.StartedOverProcessLimit && ProcessLimit.IsExceeded(task))
            return Errno.EAGAIN;
        state.StartedOverProcessLimit = false;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ElfLimits.PATH_MAX);
        try
        {
            int length = task.Memory.CopyInString(path.Address, buffer.AsSpan(0, ElfLimits.PATH_MAX));
            if (length < 0)
                return Errno.EFAULT;
            if (length == ElfLimits.PATH_MAX)
                return Errno.ENAMETOOLONG;
            ReadOnlySpan<byte> name = buffer.AsSpan(0, length);
            SysResult result = Open(task, directory, name, flags, out ExecutableFile? program, out byte[] shownPath);
            if (result.IsError)
                return result;
            var arguments = new ProgramArguments(shownPath);
            result = arguments.Read(task, argv, envp, task.Process.Rlimits);
            if (!result.IsError)
                return ProgramStart.Execute(task, program!, arguments);
            program!.Dispose();
            return result;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static SysResult Open(
        KernelTask task, Fd directory, ReadOnlySpan<byte> path, uint flags, out ExecutableFile? program, out byte[] shownPath)
    {
        program = null;
        shownPath = path.ToArray();
        if (path.IsEmpty && (flags & AT_EMPTY_PATH) == 0)
            return Errno.ENOENT;
        VfsPath start = task.FileSystem.WorkingDirectory;
        if (directory.Value != AT_FDCWD && (path.IsEmpty || path[0] != (byte)'/'))
        {
            if (task.Files[directory] is not { } from)
                return Errno.EBADF;
            start = from.Path;
            shownPath = System.Text.Encoding.ASCII.GetBytes($"/dev/fd/{directory.Value}{(path.IsEmpty ? "" : "/")}");
            shownPath = [.. shownPath, .. path];
            if (path.IsEmpty)
                return ExecutableFile.Open(task, start, out program);
            if (!start.Inode.Access.IsDirectory)
                return Errno.ENOTDIR;
        }

        WalkFlags walk = (flags & AT_SYMLINK_NOFOLLOW) != 0 ? WalkFlags.None : WalkFlags.Follow;
        return ExecutableFile.Open(task, start, path, walk, out program);
    }
}
