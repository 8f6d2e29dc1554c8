namespace Zonix.Kernel.Memory;

/// <summary>The memory of a process: its window and what is mapped where.</summary>
public sealed class AddressSpace
{
}
