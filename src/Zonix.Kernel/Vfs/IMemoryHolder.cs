namespace Zonix.Kernel.Vfs;

/// <summary>What keeps files in the machine's memory, which is charged to the zone.</summary>
public interface IMemoryHolder
{
    /// <summary>Bytes that it holds now.</summary>
    ulong HeldBytes { get; }
}
