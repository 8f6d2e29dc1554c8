using System.Buffers.Binary;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>What is sent along with messages between local sockets: open files and credentials. cmsg(3), unix(7).</summary>
internal static class AncillaryData
{
    private const int SOL_SOCKET = 1, SCM_RIGHTS = 1, SCM_CREDENTIALS = 2, SCM_MAX_FD = 253;
    private const int HeaderSize = 16, CredentialsSize = 12;
    private const ulong LargestControl = 131072;
    private const int CAP_SETGID = 6, CAP_SETUID = 7, CAP_SYS_ADMIN = 21;

    /// <summary>Reads what a sender gives along. The files carry references: EBADF, EINVAL, EPERM, ENOBUFS, EFAULT.</summary>
    internal static Errno Read(KernelTask task, in MessageHeader header, out OpenFileDescription[]? files, ref MessageSender sender)
    {
        files = null;
        if (header.Control == 0 || header.ControlLength < HeaderSize)
            return 0;
        if (header.ControlLength > LargestControl)
            return Errno.ENOBUFS;
        var control = new byte[header.ControlLength];
        if ((int)task.Memory.CopyIn(new UserAddress(header.Control), control) < control.Length)
            return Errno.EFAULT;
        List<OpenFileDescription> found = [];
        Errno e = Read(task, control, found, ref sender);
        if (e == 0)
        {
            files = found.Count > 0 ? [.. found] : null;
            return 0;
        }
        found.ForEach(static file => file.Release());
        return e;
    }

    /// <summary>Gives a receiver what came along; what finds no room is dropped and told by MSG_CTRUNC.</summary>
    internal static Errno Write(KernelTask task, ref MessageHeader header, LocalSocket socket, ref ReceivedMessage message, bool cloexec)
    {
        ulong start = header.Control, room = start == 0 ? 0 : header.ControlLength, used = 0;
        Errno e = 0;
        if (socket.PassesCredentials)
        {
            var data = new byte[CredentialsSize];
            BinaryPrimitives.WriteInt32LittleEndian(data, message.Sender.Pid);
            BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), message.Sender.Uid);
            BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(8), message.Sender.Gid);
            e = Put(task, ref header, start, room, ref used, SCM_CREDENTIALS, data);
        }
        if (message.Files is { } files && e == 0)
        {
            byte[] numbers = Install(task, files, room - used, cloexec);
            if (numbers.Length > 0)
                e = Put(task, ref header, start, room, ref used, SCM_RIGHTS, numbers);
            if (numbers.Length < files.Length * 4)
                header.Flags |= (int)MessageFlags.MSG_CTRUNC;
        }
        message.ReleaseFiles();
        header.ControlLength = used;
        return e;
    }

    private static byte[] Install(KernelTask task, OpenFileDescription[] files, ulong room, bool cloexec)
    {
        int fits = room < HeaderSize + 4 ? 0 : (int)Math.Min((room - HeaderSize) / 4, (ulong)files.Length);
        var numbers = new byte[fits * 4];
        for (int i = 0; i < fits; i++)
        {
            SysResult fd = DescriptorCalls.Install(task, files[i].AddReference(), cloexec);
            if (fd.IsError)
                return numbers[..(i * 4)];
            BinaryPrimitives.WriteInt32LittleEndian(numbers.AsSpan(i * 4), (int)fd.Value);
        }
        return numbers;
    }

    // As put_cmsg does it: what does not fit whole is cut off.
    private static Errno Put(KernelTask task, ref MessageHeader header, ulong start, ulong room, ref ulong used, int type, ReadOnlySpan<byte> data)
    {
        ulong left = room - used;
        if (left < HeaderSize)
        {
            header.Flags |= (int)MessageFlags.MSG_CTRUNC;
            return 0;
        }
        ulong length = (ulong)(HeaderSize + data.Length);
        if (length > left)
        {
            header.Flags |= (int)MessageFlags.MSG_CTRUNC;
            length = left;
        }
        var text = new byte[length];
        BinaryPrimitives.WriteUInt64LittleEndian(text, length);
        BinaryPrimitives.WriteInt32LittleEndian(text.AsSpan(8), SOL_SOCKET);
        BinaryPrimitives.WriteInt32LittleEndian(text.AsSpan(12), type);
        data[..(text.Length - HeaderSize)].CopyTo(text.AsSpan(HeaderSize));
        if (!task.Memory.TryCopyOut(new UserAddress(start + used), text))
            return Errno.EFAULT;
        used += Math.Min((length + 7) & ~7UL, left);
        return 0;
    }

    private static Errno Read(KernelTask task, byte[] control, List<OpenFileDescription> files, ref MessageSender sender)
    {
        int at = 0;
        while (control.Length - at >= HeaderSize)
        {
            ulong length = BitConverter.ToUInt64(control, at);
            if (length < HeaderSize || length > (ulong)(control.Length - at))
                return Errno.EINVAL;
            if (BitConverter.ToInt32(control, at + 8) == SOL_SOCKET)
            {
                ReadOnlySpan<byte> data = control.AsSpan(at + HeaderSize, (int)length - HeaderSize);
                Errno e = BitConverter.ToInt32(control, at + 12) switch
                {
                    SCM_RIGHTS => ReadFiles(task, data, files),
                    SCM_CREDENTIALS => ReadCredentials(task, data, ref sender),
                    _ => Errno.EINVAL,
                };
                if (e != 0)
                    return e;
            }
            at += ((int)length + 7) & ~7;
        }
        return 0;
    }

    private static Errno ReadFiles(KernelTask task, ReadOnlySpan<byte> data, List<OpenFileDescription> files)
    {
        int count = data.Length / 4;
        if (files.Count + count > SCM_MAX_FD)
            return Errno.EINVAL;
        for (int i = 0; i < count; i++)
        {
            if (task.Files.Acquire(new Fd(BitConverter.ToInt32(data[(i * 4)..]))) is not { } file)
                return Errno.EBADF;
            files.Add(file);
        }
        return 0;
    }

    private static Errno ReadCredentials(KernelTask task, ReadOnlySpan<byte> data, ref MessageSender sender)
    {
        if (data.Length != CredentialsSize)
            return Errno.EINVAL;
        var given = new MessageSender(BitConverter.ToInt32(data), BitConverter.ToUInt32(data[4..]), BitConverter.ToUInt32(data[8..]));
        Credentials own = task.Credentials;
        bool pid = given.Pid == task.Process.Pid.Value || own.Has(CAP_SYS_ADMIN);
        bool uid = given.Uid == own.Uid || given.Uid == own.EffectiveUid || given.Uid == own.SavedUid || own.Has(CAP_SETUID);
        bool gid = given.Gid == own.Gid || given.Gid == own.EffectiveGid || given.Gid == own.SavedGid || own.Has(CAP_SETGID);
        if (!pid || !uid || !gid)
            return Errno.EPERM;
        if (given.Pid != task.Process.Pid.Value && task.Process.Pids.Processes[new Pid(given.Pid)] is null)
            return Errno.ESRCH;
        sender = given;
        return 0;
    }
}
