using Zonix.Kernel.Bpf;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Sockets;

public sealed partial class LocalSocket
{
    private const int LargestPart = 32768, Reserve = 64;

    /// <inheritdoc/>
    public Errno Address(KernelTask task, ref OutgoingMessage message)
    {
        if ((message.Flags & MessageFlags.MSG_OOB) != 0)
            return Errno.EOPNOTSUPP;
        if (message.To.Family == SocketFamily.Unspecified)
            return 0;
        if (Kind == SocketKind.Stream)
            return IsConnected ? Errno.EISCONN : Errno.EOPNOTSUPP;
        if (Kind != SocketKind.Datagram)
            return 0;
        Errno e = names.Find(task, message.To.Local ?? [], out LocalSocket? to);
        message.Target = to;
        return e == 0 && to!.Kind != Kind ? Errno.EPROTOTYPE : e;
    }

    /// <inheritdoc/>
    public SysResult Send(ref UserBuffer source, in OutgoingMessage message)
    {
        LocalSocket? to = message.Target as LocalSocket ?? peer;
        if (to is null)
            return Errno.ENOTCONN;
        if (Kind != SocketKind.Stream)
        {
            return source.Remaining > (ulong)(sendBuffer - Reserve / 2)
                ? Errno.EMSGSIZE
                : SendPart(to, ref source, (int)source.Remaining, message.Files, message);
        }
        int done = 0;
        while (source.Remaining > 0)
        {
            int part = (int)Math.Min(source.Remaining, (ulong)Math.Min(LargestPart, (sendBuffer / 2) - Reserve));
            SysResult result = SendPart(to, ref source, part, done == 0 ? message.Files : null, message);
            if (result.IsError)
                return done > 0 ? done : result;
            done += part;
        }
        return done;
    }

    /// <inheritdoc/>
    public SysResult Receive(ref UserBuffer target, MessageFlags flags, out ReceivedMessage message)
    {
        message = default;
        if ((flags & MessageFlags.MSG_OOB) != 0)
            return Errno.EOPNOTSUPP;
        LocalSocket? emptied;
        SysResult result;
        lock (gate)
        {
            if (received.Count == 0)
                return NothingThere(flags);
            result = Kind == SocketKind.Stream ? ReceiveBytes(ref target, flags, ref message) : ReceiveMessage(ref target, flags, ref message);
            emptied = lastOwner;
            lastOwner = null;
        }
        if (emptied is { HasRoom: true })
            emptied.WriteQueue.WakeAll();
        return result;
    }

    private SysResult NothingThere(MessageFlags flags)
    {
        if (IsConnection && peer is null)
            return Kind == SocketKind.Stream ? Errno.EINVAL : Errno.ENOTCONN;
        if (error == 0)
            return receiveShut && (IsConnection || (flags & MessageFlags.MSG_DONTWAIT) == 0) ? 0 : Errno.EAGAIN;
        Errno e = error;
        error = 0;
        return e;
    }

    private SysResult SendPart(LocalSocket to, ref UserBuffer source, int length, OpenFileDescription[]? files, in OutgoingMessage outgoing)
    {
        // Asked before the copy, which would be for nothing, and again after it.
        Errno e;
        lock (to.gate)
            e = Sendable(to);
        if (e != 0)
            return e;
        UserBuffer from = source;
        var message = new LocalMessage(this, length, outgoing.Sender, files) { FilesUser = outgoing.FilesUser };
        if (from.CopyIn(message.Data) < length)
        {
            message.Recycle();
            return Errno.EFAULT;
        }
        bool isKept = Kind == SocketKind.Stream || to.Settings.Filter is not { } filter || Passes(filter, message);
        lock (to.gate)
        {
            e = Sendable(to);
            if (e == 0 && isKept)
            {
                Interlocked.Add(ref charged, message.Charge);
                to.received.Enqueue(message);
                if (files is not null)
                    names.InFlight.Add(files, message.FilesUser);
            }
        }
        if (e != 0)
        {
            message.Recycle();
            return e;
        }
        source = from;
        if (!isKept)
        {
            // The sender is not told that the receiver's filter does not want it.
            message.Recycle();
            foreach (OpenFileDescription file in files ?? [])
                file.Release();
            return length;
        }
        to.ReadQueue.WakeAll();
        return length;
    }

    private static bool Passes(BpfProgram filter, LocalMessage message)
    {
        uint kept = filter.Run(new PacketData(message.Data, 0, default));
        message.Truncate((int)Math.Min(kept, (uint)message.Length));
        return kept != 0;
    }

    // Under the receiver's lock, which for a connection is the own one too.
    private Errno Sendable(LocalSocket to)
    {
        if (!IsConnection && to.closed)
            return Errno.ECONNREFUSED;
        if (sendShut || to.receiveShut)
            return Errno.EPIPE;
        if (error != 0)
        {
            Errno e = error;
            error = 0;
            return e;
        }
        return Volatile.Read(ref charged) >= sendBuffer ? Errno.EAGAIN : 0;
    }

    private SysResult ReceiveBytes(ref UserBuffer target, MessageFlags flags, ref ReceivedMessage result)
    {
        bool peek = (flags & MessageFlags.MSG_PEEK) != 0;
        int done = 0, looked = 0;
        bool first = true;
        while (target.Remaining > 0 && looked < received.Count)
        {
            LocalMessage message = peek ? At(looked++) : received.Peek();
            // Who wants to know the sender gets the bytes of one only.
            if (!first && PassesCredentials && message.Sender != result.Sender)
                break;
            int part = (int)Math.Min((ulong)message.Rest.Length, target.Remaining);
            if (target.CopyOut(message.Rest[..part]) < part)
                return done > 0 ? done : Errno.EFAULT;
            done += part;
            first = false;
            result.Sender = message.Sender;
            result.From = message.Name is null ? default : SocketName.OfLocal(message.Name);
            bool withFiles = message.Files is not null;
            result.Files = TakeFiles(message, peek) ?? result.Files;
            if (!peek)
            {
                message.Taken += part;
                if (message.Rest.Length > 0)
                    break;
                Remove(message);
            }
            if (withFiles)
                break;
        }
        return done;
    }

    private SysResult ReceiveMessage(ref UserBuffer target, MessageFlags flags, ref ReceivedMessage result)
    {
        bool peek = (flags & MessageFlags.MSG_PEEK) != 0;
        LocalMessage message = received.Peek();
        int part = (int)Math.Min((ulong)message.Length, target.Remaining);
        bool faulted = target.CopyOut(message.Data[..part]) < part;
        result.Sender = message.Sender;
        result.From = message.Name is null ? default : SocketName.OfLocal(message.Name);
        result.Length = message.Length;
        result.Flags = part < message.Length ? MessageFlags.MSG_TRUNC : 0;
        result.Files = TakeFiles(message, peek);
        if (!peek)
            Remove(message);
        return faulted ? Errno.EFAULT : part;
    }

    private LocalMessage At(int index)
    {
        foreach (LocalMessage message in received)
        {
            if (index-- == 0)
                return message;
        }
        return received.Peek();
    }

    private void Remove(LocalMessage message)
    {
        received.Dequeue();
        Interlocked.Add(ref message.Owner.charged, -message.Charge);
        lastOwner = message.Owner;
        message.Recycle();
    }

    private OpenFileDescription[]? TakeFiles(LocalMessage message, bool peek)
    {
        if (message.Files is not { } files)
            return null;
        if (peek)
        {
            files = [.. files.Select(static file => file.AddReference())];
            names.InFlight.Looked();
            return files;
        }
        names.InFlight.Remove(files, message.FilesUser);
        message.Files = null;
        return files;
    }
}
