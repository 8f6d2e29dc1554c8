namespace Zonix.Host.Files;

/// <summary>Something that holds a descriptor of the host only to be faster and can get it again.</summary>
public interface IHostHandle
{
    /// <summary>Set at each use, cleared by the cache: a handle that is in use stays.</summary>
    bool Used { get; set; }

    /// <summary>Gives the descriptor back.</summary>
    void Drop();
}
