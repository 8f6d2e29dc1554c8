using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Proc;

/// <summary>/proc/[pid]/fd and fdinfo. proc_pid_fd(5), proc_pid_fdinfo(5).</summary>
internal sealed class ProcDescriptors(SyntheticNode node, ProcSubject subject, bool details) : ISyntheticEntries
{
    private const ulong LinkSize = 64;

    public Errno Absence => subject.MayRead ? Errno.ENOENT : Errno.EACCES;

    public IInode? Find(ReadOnlySpan<byte> name, ulong directory)
    {
        if (!Utf8Parser.TryParse(name, out int number, out int used) || used != name.Length)
            return null;
        var fd = new Fd(number);
        if (!subject.MayRead || subject.Task?.Files?[fd] is not { } file)
            return null;
        SyntheticNode own = node with { Number = SyntheticNode.NumberOf(directory, name) };
        if (details)
            return new SyntheticText(own with { Permissions = 0x124 }, (out byte[] text) => Describe(fd, out text)) { Guard = _ => Allowed };
        uint permissions = 0x40u | (file.Readable || file.IsPath ? 0x100u : 0) | (file.Writable || file.IsPath ? 0x80u : 0);
        return new SyntheticMagicLink(own with { Permissions = permissions }, () => subject.Task?.Files?[fd]?.Path ?? default)
        {
            Guard = () => Allowed,
            Size = LinkSize,
        };
    }

    public void List(DirectoryListing listing, ulong directory)
    {
        if (!subject.MayRead || subject.Task?.Files is not { } files)
            return;
        for (int fd = 0; fd < files.Capacity; fd++)
        {
            if (files[new Fd(fd)] is null)
                continue;
            byte[] name = Encoding.ASCII.GetBytes(fd.ToString(CultureInfo.InvariantCulture));
            listing.Add(name, SyntheticNode.NumberOf(directory, name), details ? (byte)8 : (byte)10);
        }
    }

    private Errno Allowed => subject.MayRead ? 0 : Errno.EACCES;

    private Errno Describe(Fd fd, out byte[] text)
    {
        text = [];
        if (subject.Task is not { Files: { } files } || files.Acquire(fd) is not { } file)
            return Errno.ENOENT;
        text = Encoding.ASCII.GetBytes(DescriptorText.Describe(file, files.IsCloseOnExec(fd)));
        file.Release();
        return 0;
    }
}
