using System.Security.Cryptography;
using Zonix.Kernel.Time;

namespace Zonix.Kernel.Tasks;

/// <summary>One running kernel: its clock, CPUs, translations and processes. Several may live in one host process.</summary>
public sealed class KernelMachine
{
    /// <summary>The machine's time.</summary>
    public Clock Clock { get; } = new();

    /// <summary>How many CPUs guests see.</summary>
    public int CpuCount { get; } = Environment.ProcessorCount;

    /// <summary>Random bytes fit for keys.</summary>
    public RandomNumberGenerator Random { get; } = RandomNumberGenerator.Create();
}
