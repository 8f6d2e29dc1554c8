using Zonix.Abi;
using Zonix.FileSystems.Tmpfs;
using Zonix.Host.Files;
using Zonix.Kernel;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Machine;
using Zonix.Network.Fabric;
using Zonix.Network.Gateways;
using Zonix.Network.Policy;

namespace Zonix.Network.Tests;

/// <summary>A machine with a network that has a gateway to the host's loopback.</summary>
internal sealed class Wire : IDisposable
{
    public static readonly IpAddress GatewayAddress = Address("10.99.0.1");
    private readonly MemoryWindow window;
    private readonly EpollReadinessSource readiness = new();
    private int next = 2;

    public Wire(GatewayOptions? options = null, bool isInternal = false)
    {
        Machine = new KernelMachine(1);
        Vfs = new VirtualFileSystem(Machine.Clock, readiness);
        window = new MemoryWindow(Machine.CodeCache, WindowKind.Small);
        Task = Machine.CreateProcess(new QuietBrand()).CreateTask(new CpuContext(window));
        var mounts = new MountNamespace(Vfs, new TmpFileSystem(Vfs));
        Task.FileSystem = new FsContext(Vfs, mounts, mounts.Root, mounts.Root, umask: 0);
        Gateway = new HostGateway(Machine, readiness, options);
        Network = new ZoneNetwork(
            "wire", new Subnet(Address("10.99.0.0"), 24, GatewayAddress), new Subnet(Address("fd99::"), 64, Address("fd99::1")))
        {
            Gateway = Gateway,
            IsInternal = isInternal,
        };
    }

    public KernelMachine Machine { get; }

    public KernelTask Task { get; }

    public HostGateway Gateway { get; }

    public ZoneNetwork Network { get; }

    private VirtualFileSystem Vfs { get; }

    public static IpAddress Address(string text) => IpAddress.TryParse(text, out IpAddress address) ? address : throw new FormatException(text);

    /// <summary>A zone's stack on the network, with the next free addresses.</summary>
    public NetworkStack Join(NetworkPolicy? policy = null, params string[] names)
    {
        var stack = new NetworkStack(Machine);
        if (policy is not null)
            stack.Access = new NetworkAccess(Machine.Clock, policy);
        int number = next++;
        var how = new NetworkAttachment
        {
            InterfaceName = "eth0",
            HardwareAddress = [2, 0, 10, 99, 0, (byte)number],
            Addresses = [new InterfaceAddress(Address($"10.99.0.{number}"), 24), new InterfaceAddress(Address($"fd99::{number}"), 64)],
            Names = names,
            IsPrimary = true,
        };
        Assert.Equal((Errno)0, stack.Attach(Network, how, out _));
        return stack;
    }

    public GuestSocket Tcp(NetworkStack stack, SocketFamily family = SocketFamily.Inet) => new(this, stack, family, SocketKind.Stream);

    public GuestSocket Udp(NetworkStack stack, SocketFamily family = SocketFamily.Inet) => new(this, stack, family, SocketKind.Datagram);

    public void Dispose()
    {
        Gateway.Dispose();
        readiness.Dispose();
        Machine.Dispose();
        window.Dispose();
    }
}
