namespace Zonix.Storage.Layers;

/// <summary>The entries of a directory as a layer has them, in the order of their bytes. Does not change.</summary>
public sealed class TreeDirectory
{
    private readonly byte[][] names;
    private readonly TreeNode[] nodes;

    internal TreeDirectory(byte[][] names, TreeNode[] nodes)
    {
        this.names = names;
        this.nodes = nodes;
    }

    /// <summary>Without entries.</summary>
    public static TreeDirectory Empty { get; } = new([], []);

    /// <summary>How many there are.</summary>
    public int Count => names.Length;

    /// <summary>An entry by its place.</summary>
    public (byte[] Name, TreeNode Node) this[int index] => (names[index], nodes[index]);

    /// <summary>An entry by its name; null when there is none.</summary>
    public TreeNode? Find(ReadOnlySpan<byte> name)
    {
        int low = 0, high = names.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = name.SequenceCompareTo(names[middle]);
            if (order == 0)
                return nodes[middle];
            if (order < 0)
                high = middle - 1;
            else
                low = middle + 1;
        }
        return null;
    }

    /// <summary>The same with other nodes.</summary>
    internal TreeDirectory WithNodes(TreeNode[] others) => new(names, others);

    internal TreeNode[] CopyNodes() => [.. nodes];
}
