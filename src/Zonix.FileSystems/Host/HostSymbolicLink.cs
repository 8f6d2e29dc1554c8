namespace Zonix.FileSystems.Host;

/// <summary>A symbolic link of a host tree; its text is read once.</summary>
internal sealed class HostSymbolicLink(HostInode common) : IHostInode, ISymbolicLink
{
    private byte[]? text;

    public HostInode Common => common;

    public Errno ReadLink(Span<byte> target, out int length)
    {
        length = 0;
        if (text is null)
        {
            Span<byte> buffer = stackalloc byte[PathWalk.PathMax];
            Errno e = common.Parent!.ReadLink(common.Name, buffer, out int n);
            if (e != 0)
                return e;
            text = buffer[..n].ToArray();
        }
        length = Math.Min(target.Length, text.Length);
        text.AsSpan(0, length).CopyTo(target);
        return 0;
    }
}
