using Zonix.FileSystems.Devices.Loop;
using Zonix.FileSystems.Devpts;
using Zonix.FileSystems.Tmpfs;
using Zonix.Kernel.Tty;

namespace Zonix.FileSystems.Devices;

/// <summary>/dev: a tmpfs with the standard nodes, and the memory devices behind them. mem devices: null(4), random(4).</summary>
public static class DeviceFileSystem
{
    private const uint Everybody = 0x1B6, Directory = FileModeBits.S_IFDIR | 0x1ED;

    /// <summary>Makes the memory devices known and a tree of nodes; with a console there is a node for it too.</summary>
    public static TmpFileSystem Create(VirtualFileSystem vfs, bool hasConsole)
    {
        AddMemoryDevices(vfs.Devices);
        AddTerminals(vfs.Devices);
        var fileSystem = new TmpFileSystem(vfs, 0x1ED, "devtmpfs", "devtmpfs");
        TmpDirectory root = fileSystem.RootDirectory;
        Node(root, "null"u8, 1, 3);
        Node(root, "zero"u8, 1, 5);
        Node(root, "full"u8, 1, 7);
        Node(root, "random"u8, 1, 8);
        Node(root, "urandom"u8, 1, 9);
        Node(root, "tty"u8, 5, 0);
        Link(root, "ptmx"u8, "pts/ptmx"u8);
        Link(root, "fd"u8, "/proc/self/fd"u8);
        Link(root, "stdin"u8, "/proc/self/fd/0"u8);
        Link(root, "stdout"u8, "/proc/self/fd/1"u8);
        Link(root, "stderr"u8, "/proc/self/fd/2"u8);
        AddLoopNodes(root);
        root.Create("shm"u8, new NewInode(Directory, 0, 0), out _);
        root.Create("mqueue"u8, new NewInode(Directory, 0, 0), out _);
        root.Create("pts"u8, new NewInode(Directory, 0, 0), out _);
        if (hasConsole)
            Node(root, "console"u8, 5, 1);
        return fileSystem;
    }

    private static void AddLoopNodes(TmpDirectory root)
    {
        const uint RootAndDisk = 0x1B0, Disk = 6;
        Node(root, "loop-control"u8, LoopDevices.ControlMajor, LoopDevices.ControlMinor);
        for (uint i = 0; i < LoopDevices.Initial; i++)
        {
            var node = new NewInode(FileModeBits.S_IFBLK | RootAndDisk, 0, Disk, DeviceTable.Number(LoopDevices.Major, i));
            root.Create(System.Text.Encoding.ASCII.GetBytes($"loop{i}"), node, out _);
        }
    }

    private static void AddMemoryDevices(DeviceTable devices)
    {
        // Those of the machine's other zones stay as they are.
        if (!devices.Has(DeviceTable.Number(LoopDevices.ControlMajor, LoopDevices.ControlMinor)))
            _ = new LoopDevices(devices);
        devices.Add(DeviceTable.Number(1, 3), new SimpleDevice(static node => new NullFile(node)));
        devices.Add(DeviceTable.Number(1, 5), new SimpleDevice(static node => new ZeroFile(node, full: false)));
        devices.Add(DeviceTable.Number(1, 7), new SimpleDevice(static node => new ZeroFile(node, full: true)));
        devices.Add(DeviceTable.Number(1, 8), new SimpleDevice(static node => new RandomFile(node)));
        devices.Add(DeviceTable.Number(1, 9), new SimpleDevice(static node => new RandomFile(node)));
    }

    private static void AddTerminals(DeviceTable devices)
    {
        devices.Add(DeviceTable.Number(5, 0), new CurrentTerminalDevice());
        devices.Add(DeviceTable.Number(5, 2), new PtmxDevice());
    }

    private static void Node(TmpDirectory parent, ReadOnlySpan<byte> name, uint major, uint minor) =>
        parent.Create(name, new NewInode(FileModeBits.S_IFCHR | Everybody, 0, 0, DeviceTable.Number(major, minor)), out _);

    private static void Link(TmpDirectory parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target) =>
        parent.Create(name, new NewInode(FileModeBits.S_IFLNK | 0x1FF, 0, 0, target: target), out _);
}
