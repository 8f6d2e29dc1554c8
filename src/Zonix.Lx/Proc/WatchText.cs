using System.Globalization;
using System.Text;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Watching;

namespace Zonix.Lx.Proc;

/// <summary>What fdinfo shows of descriptors that watch files. proc_pid_fdinfo(5).</summary>
internal static class WatchText
{
    internal static string Describe(InotifyFile file)
    {
        const FileEvents Shown = FileEvents.IN_ALL_EVENTS | FileEvents.IN_ONESHOT | FileEvents.IN_EXCL_UNLINK;
        var text = new StringBuilder();
        // The latest first, as by Linux.
        WatchMark[] all = file.Watches;
        for (int i = all.Length - 1; i >= 0; i--)
        {
            ((IInode)all[i].Target).GetAttributes(out InodeAttributes attributes);
            uint mask = (uint)((all[i].Mask | (FileEvents)all[i].Options) & Shown);
            text.Append(CultureInfo.InvariantCulture, $"inotify wd:{all[i].Number:x} ino:{attributes.Inode:x} sdev:{Device(attributes.Device):x} ");
            text.Append(CultureInfo.InvariantCulture, $"mask:{mask:x} ignored_mask:0 fhandle-bytes:8 fhandle-type:1 f_handle:{HandleOf(attributes.Inode)}\n");
        }
        return text.ToString();
    }

    internal static string Describe(FanotifyFile file)
    {
        const FanotifyMarkFlags Shown = FanotifyMarkFlags.FAN_MARK_IGNORED_SURV_MODIFY | FanotifyMarkFlags.FAN_MARK_EVICTABLE | FanotifyMarkFlags.FAN_MARK_IGNORE;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"fanotify flags:{(uint)file.Mode:x} event-flags:{(uint)file.OpenFlags:x}\n");
        WatchMark[] all = file.Marks;
        for (int i = all.Length - 1; i >= 0; i--)
        {
            WatchMark mark = all[i];
            ulong inode = 0;
            switch (mark.Target)
            {
                case Mount mount:
                    text.Append(CultureInfo.InvariantCulture, $"fanotify mnt_id:{mount.Id:x} ");
                    break;
                case IFileSystem fileSystem:
                    text.Append(CultureInfo.InvariantCulture, $"fanotify sdev:{Device(fileSystem.Device):x} ");
                    break;
                default:
                    ((IInode)mark.Target).GetAttributes(out InodeAttributes attributes);
                    inode = attributes.Inode;
                    text.Append(CultureInfo.InvariantCulture, $"fanotify ino:{inode:x} sdev:{Device(attributes.Device):x} ");
                    break;
            }
            uint flags = mark.Options & (uint)Shown;
            text.Append(CultureInfo.InvariantCulture, $"mflags:{flags:x} mask:{(uint)mark.Mask:x} ignored_mask:{(uint)mark.Ignored:x}");
            text.Append(mark.Target is IInode ? $" fhandle-bytes:8 fhandle-type:1 f_handle:{HandleOf(inode)}\n" : "\n");
        }
        return text.ToString();
    }

    // The kernel's own form: the minor number in the low 20 bits.
    internal static ulong Device(ulong device) => ((device >> 32) << 20) | (uint)device;

    internal static string HandleOf(ulong inode) => Convert.ToHexStringLower(BitConverter.GetBytes(inode));
}
