using Zonix.Storage.Layers;

namespace Zonix.FileSystems.Pool;

/// <summary>A symbolic link.</summary>
internal sealed class PoolLink : PoolInode, ISymbolicLink
{
    private readonly byte[] text;

    public PoolLink(DatasetFileSystem fileSystem, TreeNode node)
        : base(fileSystem, node) => text = node.Target ?? [];

    public PoolLink(DatasetFileSystem fileSystem, InodeState state, byte[] text)
        : base(fileSystem, state) => this.text = text;

    protected override byte[]? Target => text;

    public override Errno GetAttributes(out InodeAttributes result)
    {
        base.GetAttributes(out result);
        result.Size = (ulong)text.Length;
        return 0;
    }

    public Errno ReadLink(Span<byte> target, out int length)
    {
        length = Math.Min(target.Length, text.Length);
        text.AsSpan(0, length).CopyTo(target);
        return 0;
    }
}
