using Zonix.Host.Files;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Lx.Vdso;
using Zonix.Network.Fabric;

namespace Zonix.Zones;

/// <summary>A running kernel and what all its zones share.</summary>
public sealed class ZoneMachine : IDisposable
{
    /// <summary>Starts a kernel without zones.</summary>
    /// <exception cref="IOException">The host has no descriptor or memory left.</exception>
    public ZoneMachine()
    {
        HostProcessLimits.RaiseOpenFiles();
        Kernel = new KernelMachine();
        FileSystems = new VirtualFileSystem(Kernel.Clock, new EpollReadinessSource());
        Vdso = new VdsoPages();
        Kernel.Clock.Changed = clock => Vdso.Update(new VdsoData(
            clock.UsesCounter,
            clock.CycleBase,
            clock.NsPerCycle,
            clock.MonotonicBaseNs,
            clock.RealtimeOffsetNs,
            clock.BoottimeOffsetNs));
    }

    /// <summary>The kernel.</summary>
    public KernelMachine Kernel { get; }

    /// <summary>What its file systems share.</summary>
    public VirtualFileSystem FileSystems { get; }

    /// <summary>The networks its zones can be on.</summary>
    public NetworkFabric Fabric { get; } = new();

    /// <summary>Where things lie in the address spaces of zones that have no layout of their own.</summary>
    internal AddressLayout Layout { get; } = new();

    internal VdsoPages Vdso { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kernel.Dispose();
        FileSystems.Dispose();
        Vdso.Dispose();
    }
}
