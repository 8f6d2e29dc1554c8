using Zonix.Host.Machine;
using Zonix.Kernel.Tasks;

namespace Zonix.FileSystems.Devices;

/// <summary>/dev/random and /dev/urandom: the host's random numbers; what is written is ignored. random(4).</summary>
internal sealed class RandomFile(IInode inode) : IReadable, IWritable, IControllable
{
    /// <summary>Bits of entropy that there always are, as /proc/sys/kernel/random/entropy_avail says.</summary>
    private const int Entropy = 256;

    private const uint RNDGETENTCNT = 0x8004_5200;

    public IInode Inode => inode;

    public SysResult Read(ref UserBuffer buffer, long offset)
    {
        Span<byte> chunk = stackalloc byte[1024];
        long done = 0;
        while (buffer.Remaining > 0 && !buffer.Faulted)
        {
            Span<byte> part = chunk[..(int)Math.Min(buffer.Remaining, (ulong)chunk.Length)];
            HostRandom.Fill(part);
            done += buffer.CopyOut(part);
        }
        return done == 0 && buffer.Faulted ? Errno.EFAULT : done;
    }

    public SysResult Write(ref UserBuffer buffer, ref long offset) => buffer.Skip(buffer.Remaining);

    /// <summary>random(4): how much entropy there is.</summary>
    public SysResult Control(KernelTask task, uint request, UserAddress argument)
    {
        if (request != RNDGETENTCNT)
            return Errno.ENOTTY;
        return task.Memory.TryWrite(argument, Entropy) ? 0 : Errno.EFAULT;
    }

    public void Close()
    {
    }
}
