using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Loader;

/// <summary>A file opened for execution, after the checks of execve(2): a regular file, x permission, no MS_NOEXEC.</summary>
internal sealed class ExecutableFile : IImageSource, IDisposable
{
    private readonly OpenFileDescription _file;

    private ExecutableFile(OpenFileDescription file) => _file = file;

    // Not opened for writing as long as this holds it: ETXTBSY.
    private ICountedInode? Counted => _file.File.Inode as ICountedInode;

    internal OpenFileDescription File => _file;

    internal VfsPath Path => _file.Path;

    /// <summary>Finds and opens a program.</summary>
    internal static SysResult Open(KernelTask task, VfsPath start, ReadOnlySpan<byte> path, WalkFlags flags, out ExecutableFile? program)
    {
        program = null;
        Errno error = PathOperations.Resolve(task, start, path, flags, out VfsPath found);
        return error != 0 ? error : Open(task, found, out program);
    }

    /// <summary>Opens a program that has been found.</summary>
    internal static SysResult Open(KernelTask task, VfsPath found, out ExecutableFile? program)
    {
        program = null;
        InodeAccess access = found.Inode.Access;
        if (access.IsSymbolicLink)
            return Errno.ELOOP;
        if (!access.IsRegular || (found.Mount.Flags & MountFlags.MS_NOEXEC) != 0 || found.Inode is not IOpenableInode openable)
            return Errno.EACCES;
        Errno error = Permissions.Check(access, task.Credentials, AccessMode.X_OK);
        if (error != 0)
            return error;
        error = task.AskPermission(found, found.Inode, FileEvents.FAN_OPEN_EXEC_PERM);
        if (error == 0)
            error = task.AskPermission(found, found.Inode, FileEvents.FAN_OPEN_PERM);
        if (error != 0)
            return error;
        error = openable.Open(OpenFlags.O_RDONLY, out IFile? file);
        if (error != 0)
            return error;
        var opened = new OpenFileDescription(file!, found, OpenFlags.O_RDONLY);
        program = new ExecutableFile(opened);
        if (program.Counted?.Opens.TryExecute() == false)
        {
            opened.Release();
            program = null;
            return Errno.ETXTBSY;
        }
        error = task.AskPermission(found, found.Inode, FileEvents.FAN_ACCESS_PERM);
        if (error != 0)
        {
            program.Dispose();
            program = null;
            return error;
        }
        opened.Enter(task.FileSystem.Vfs, FileEvents.IN_OPEN | FileEvents.FAN_OPEN_EXEC);
        return SysResult.Success;
    }

    /// <inheritdoc/>
    public long ReadAt(Span<byte> buffer, ulong offset)
    {
        byte[] bytes = new byte[buffer.Length];
        int done = 0;
        while (done < bytes.Length)
        {
            var part = new UserBuffer(bytes, done, bytes.Length - done);
            SysResult result = _file.ReadAt(ref part, (long)offset + done);
            if (result.IsError)
                return result.Raw;
            if (result.Value == 0)
                break;
            done += (int)result.Value;
        }

        bytes.AsSpan(0, done).CopyTo(buffer);
        return done;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Counted?.Opens.EndExecution();
        _file.Release();
    }
}
