using System.Text;

namespace Zonix.Images.Differences;

/// <summary>A difference between two trees.</summary>
public sealed class TreeChange
{
    internal TreeChange(byte[] path, ChangeKind kind, IInode? inode)
    {
        PathBytes = path;
        Kind = kind;
        Inode = inode;
    }

    /// <summary>What happened.</summary>
    public ChangeKind Kind { get; }

    /// <summary>Where, from the root: "/etc/passwd".</summary>
    public string Path => "/" + Encoding.UTF8.GetString(PathBytes);

    /// <summary>The same, byte by byte and without the first slash.</summary>
    internal byte[] PathBytes { get; }

    /// <summary>What is there now; null when nothing is.</summary>
    internal IInode? Inode { get; }

    /// <summary>As docker diff shows it: "A /etc/passwd".</summary>
    public override string ToString() => $"{Kind.ToString()[0]} {Path}";
}
