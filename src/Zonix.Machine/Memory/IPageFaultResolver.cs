namespace Zonix.Machine;

/// <summary>Asked when a copy to or from guest memory meets a page that the host does not let it touch.</summary>
public interface IPageFaultResolver
{
    /// <summary>Makes the page accessible if the guest's own mapping allows the access (stack growth, copy on write).</summary>
    /// <returns>True when the access can be tried again.</returns>
    bool Resolve(ulong address, bool write);
}
