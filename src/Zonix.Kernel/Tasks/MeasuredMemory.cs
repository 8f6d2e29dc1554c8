using Zonix.Kernel.Memory;

namespace Zonix.Kernel.Tasks;

/// <summary>What a process's memory held when it had used so much CPU time.</summary>
internal sealed record MeasuredMemory(AddressSpace Memory, long CpuNs, AreaUsage Usage);
