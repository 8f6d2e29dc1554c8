using System.Globalization;
using System.Text;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Proc;

/// <summary>/proc/locks. proc_locks(5).</summary>
internal static class LockText
{
    internal static string Format(FileLocks locks)
    {
        var text = new StringBuilder();
        int number = 0;
        foreach (FileLockLine line in locks.List())
        {
            if (!line.IsWaiting)
                number++;
            FileLock held = line.Lock;
            line.Inode.GetAttributes(out InodeAttributes attributes);
            string kind = held.Kind switch
            {
                FileLockKind.Posix => "POSIX  ADVISORY ",
                FileLockKind.Description => "OFDLCK ADVISORY ",
                FileLockKind.Whole => "FLOCK  ADVISORY ",
                _ => line.IsBreaking ? "LEASE  BREAKING " : "LEASE  ACTIVE   ",
            };
            string end = held.End == long.MaxValue ? "EOF" : (held.End - 1).ToString(CultureInfo.InvariantCulture);
            (uint major, uint minor) = ((uint)(attributes.Device >> 32), (uint)attributes.Device);
            text.Append(CultureInfo.InvariantCulture, $"{number}: {(line.IsWaiting ? "-> " : "")}{kind} {(held.Exclusive ? "WRITE" : "READ ")} ")
                .Append(CultureInfo.InvariantCulture, $"{held.Pid} {major:x2}:{minor:x2}:{attributes.Inode} {held.Start} {end}\n");
        }
        return text.ToString();
    }
}
