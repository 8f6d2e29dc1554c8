using System.Text;
using Zonix.Kernel.Ipc;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>POSIX message queues. mq_overview(7).</summary>
internal static class PosixQueueCalls
{
    private const int MQ_PRIO_MAX = 32768, NAME_MAX = 255;
    private const int SIGEV_THREAD = 2;

    /// <summary>Opens or makes a queue. mq_open(3).</summary>
    [Syscall(X64 = 240, I386 = 277)]
    internal static SysResult MqOpen(KernelTask task, UserCString name, OpenFlags flags, uint mode, UserPointer<MqAttr> attributes)
    {
        MqAttr wanted = default;
        if (!attributes.IsNull && !task.TryRead(attributes, out wanted))
            return Errno.EFAULT;
        Errno e = ReadName(task, name, out string text);
        if (e != 0)
            return e;
        bool given = !attributes.IsNull && (flags & OpenFlags.O_CREAT) != 0;
        PosixQueues queues = IpcCalls.Of(task).PosixQueues;
        e = queues.Open(task, text, flags, mode, given ? wanted : null, out PosixQueueFile? file, out bool created);
        if (e != 0)
            return e;
        OpenFlags status = flags & (OpenFlags.O_ACCMODE | OpenFlags.O_NONBLOCK);
        SysResult descriptor = DescriptorCalls.Install(task, task.FileSystem.Vfs.OpenNameless(file!, "/" + text, status), cloexec: true);
        // A queue that cannot be given a descriptor is not made.
        if (descriptor.IsError && created)
            queues.Unlink(task, text);
        return descriptor;
    }

    /// <summary>Takes a queue's name away. mq_unlink(3).</summary>
    [Syscall(X64 = 241, I386 = 278)]
    internal static SysResult MqUnlink(KernelTask task, UserCString name)
    {
        Errno e = ReadName(task, name, out string text);
        return e != 0 ? e : IpcCalls.Of(task).PosixQueues.Unlink(task, text);
    }

    /// <summary>Sends a message, waiting for room until an absolute time. mq_timedsend(3).</summary>
    [Syscall(X64 = 242, I386 = 279)]
    [Syscall(I386 = 418, Wide = true)]
    internal static SysResult MqTimedsend(
        KernelTask task, Fd queue, UserAddress message, nuint length, uint priority, UserPointer<Timespec> deadline)
    {
        Errno e = ReadDeadline(task, deadline, out long deadlineNs);
        if (e != 0)
            return e;
        if (priority >= MQ_PRIO_MAX)
            return Errno.EINVAL;
        if (Find(task, queue) is not { } file || !file.Description.Writable)
            return Errno.EBADF;
        if (length > (nuint)file.Queue.MessageSize)
            return Errno.EMSGSIZE;
        var text = new byte[length];
        if (!task.Memory.TryCopyIn(message, text))
            return Errno.EFAULT;
        return file.Queue.Send(task, text, priority, !file.Description.NonBlocking, deadlineNs);
    }

    /// <summary>Receives the oldest message of the highest priority, waiting until an absolute time. mq_timedreceive(3).</summary>
    [Syscall(X64 = 243, I386 = 280)]
    [Syscall(I386 = 419, Wide = true)]
    internal static SysResult MqTimedreceive(
        KernelTask task, Fd queue, UserAddress message, nuint length, UserPointer<uint> priority, UserPointer<Timespec> deadline)
    {
        Errno e = ReadDeadline(task, deadline, out long deadlineNs);
        if (e != 0)
            return e;
        if (Find(task, queue) is not { } file || !file.Description.Readable)
            return Errno.EBADF;
        if (length < (nuint)file.Queue.MessageSize)
            return Errno.EMSGSIZE;
        return file.Queue.Receive(task, message, priority, !file.Description.NonBlocking, deadlineNs);
    }

    /// <summary>Asks to be told of a message. mq_notify(3).</summary>
    [Syscall(X64 = 244, I386 = 281, Support = Support.Partial, Missing = "SIGEV_THREAD: there are no netlink sockets, EBADF or ENOTSOCK")]
    internal static SysResult MqNotify(KernelTask task, Fd queue, UserPointer<Sigevent> notification)
    {
        if (notification.IsNull)
        {
            if (Find(task, queue) is not { } registered)
                return Errno.EBADF;
            registered.Queue.CancelNotification(task.Process);
            return 0;
        }
        if (!task.TryRead(notification, out Sigevent wanted))
            return Errno.EFAULT;
        (ulong value, int signal, int kind) = (wanted.Value, wanted.Signo, wanted.Notify);
        if (kind is not (PosixNotification.SIGEV_SIGNAL or PosixNotification.SIGEV_NONE or SIGEV_THREAD))
            return Errno.EINVAL;
        if (kind == PosixNotification.SIGEV_SIGNAL && signal is < 0 or > (int)Signal.SIGRTMAX)
            return Errno.EINVAL;
        // SIGEV_THREAD names a netlink socket, which the C library reads from.
        if (kind == SIGEV_THREAD)
            return task.Files[new Fd(signal)] is null ? Errno.EBADF : Errno.ENOTSOCK;
        return Find(task, queue) is { } file
            ? file.Queue.Notify(new PosixNotification(task.Process, kind, signal, value))
            : Errno.EBADF;
    }

    /// <summary>Reads a queue's attributes and sets O_NONBLOCK. mq_getattr(3), mq_setattr(3).</summary>
    [Syscall(X64 = 245, I386 = 282)]
    internal static SysResult MqGetsetattr(KernelTask task, Fd queue, UserPointer<MqAttr> changed, UserPointer<MqAttr> old)
    {
        MqAttr wanted = default;
        if (!changed.IsNull)
        {
            if (!task.TryRead(changed, out wanted))
                return Errno.EFAULT;
            if ((wanted.Flags & ~(long)OpenFlags.O_NONBLOCK) != 0)
                return Errno.EINVAL;
        }
        if (Find(task, queue) is not { } file)
            return Errno.EBADF;
        var now = new MqAttr
        {
            Flags = (long)(file.Description.Flags & OpenFlags.O_NONBLOCK), MaxMessages = file.Queue.MaxMessages,
            MessageSize = file.Queue.MessageSize, Messages = file.Queue.Count,
        };
        if (!changed.IsNull)
            file.Description.Flags = (file.Description.Flags & ~OpenFlags.O_NONBLOCK) | (OpenFlags)wanted.Flags;
        return old.IsNull || task.TryWrite(old, now) ? 0 : Errno.EFAULT;
    }

    private static (OpenFileDescription Description, PosixQueue Queue)? Find(KernelTask task, Fd fd) =>
        task.Files[fd] is { File: PosixQueueFile file } description ? (description, file.Queue) : null;

    private static Errno ReadName(KernelTask task, UserCString name, out string text)
    {
        text = "";
        Span<byte> bytes = stackalloc byte[4096];
        int length = task.Memory.CopyInString(name.Address, bytes);
        if (length < 0)
            return Errno.EFAULT;
        if (length == 0)
            return Errno.ENOENT;
        if (length == bytes.Length)
            return Errno.ENAMETOOLONG;
        bytes = bytes[..length];
        if (bytes.Contains((byte)'/') || bytes.SequenceEqual("."u8) || bytes.SequenceEqual(".."u8))
            return Errno.EACCES;
        if (length > NAME_MAX)
            return Errno.ENAMETOOLONG;
        text = Encoding.Latin1.GetString(bytes);
        return 0;
    }

    private static Errno ReadDeadline(KernelTask task, UserPointer<Timespec> deadline, out long deadlineNs)
    {
        deadlineNs = long.MaxValue;
        if (deadline.IsNull)
            return 0;
        if (!task.TryRead(deadline, out Timespec time))
            return Errno.EFAULT;
        if (!time.IsValid)
            return Errno.EINVAL;
        deadlineNs = Deadlines.AtRealtime(task, time.ToNs());
        return 0;
    }
}
