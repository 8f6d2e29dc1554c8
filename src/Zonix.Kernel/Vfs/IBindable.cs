namespace Zonix.Kernel.Vfs;

/// <summary>A nameless file that can be mounted over another one: that of a namespace. namespaces(7).</summary>
public interface IBindable : IInode
{
    /// <summary>Whether it may be mounted in that namespace; it is then kept as long as the machine runs.</summary>
    bool Bind(MountNamespace space);
}
