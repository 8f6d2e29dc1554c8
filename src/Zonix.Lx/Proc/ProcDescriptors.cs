using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Zonix.Kernel.Events;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;
using Zonix.Kernel.Watching;

namespace Zonix.Lx.Proc;

/// <summary>/proc/[pid]/fd and fdinfo.</summary>
internal sealed class ProcDescriptors(SyntheticNode node, KernelTask? task, bool details) : ISyntheticEntries
{
    public IInode? Find(ReadOnlySpan<byte> name, ulong directory)
    {
        if (!Utf8Parser.TryParse(name, out int number, out int used) || used != name.Length)
            return null;
        var fd = new Fd(number);
        if (task?.Files?[fd] is not { } file)
            return null;
        SyntheticNode own = node with { Number = SyntheticNode.NumberOf(directory, name) };
        if (details)
            return new SyntheticText(own with { Permissions = 0x100 }, () => Encoding.ASCII.GetBytes(Describe(fd, file)));
        uint permissions = 0x40u | (file.Readable ? 0x100u : 0) | (file.Writable ? 0x80u : 0);
        return new SyntheticMagicLink(own with { Permissions = permissions }, () => file.Path);
    }

    public void List(DirectoryListing listing, ulong directory)
    {
        if (task?.Files is not { } files)
            return;
        for (int fd = 0; fd < files.Capacity; fd++)
        {
            if (files[new Fd(fd)] is null)
                continue;
            byte[] name = Encoding.ASCII.GetBytes(fd.ToString(CultureInfo.InvariantCulture));
            listing.Add(name, SyntheticNode.NumberOf(directory, name), details ? (byte)8 : (byte)10);
        }
    }

    private string Describe(Fd fd, OpenFileDescription file)
    {
        OpenFlags flags = file.Flags | (task!.Files.IsCloseOnExec(fd) ? OpenFlags.O_CLOEXEC : 0);
        InodeAttributes attributes = default;
        file.File.Inode.GetAttributes(out attributes);
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"pos:\t{file.Offset}\nflags:\t0{Convert.ToString((int)flags, 8)}\nmnt_id:\t{file.Path.Mount.Id}\nino:\t{attributes.Inode}\n");
        return file.File switch
        {
            EventFile => text + "eventfd-count:                0\n",
            InotifyFile inotify => text + WatchText.Describe(inotify),
            _ => text,
        };
    }
}
