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

    // The kernel's own form: the minor number in the low 20 bits.
    internal static ulong Device(ulong device) => ((device >> 32) << 20) | (uint)device;

    internal static string HandleOf(ulong inode) => Convert.ToHexStringLower(BitConverter.GetBytes(inode));
}
