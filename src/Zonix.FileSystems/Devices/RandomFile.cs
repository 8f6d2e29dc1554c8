using Zonix.Host.Machine;

namespace Zonix.FileSystems.Devices;

/// <summary>/dev/random and /dev/urandom: the host's random numbers; what is written is ignored. random(4).</summary>
internal sealed class RandomFile(IInode inode) : IReadable, IWritable
{
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

    public void Close()
    {
    }
}
