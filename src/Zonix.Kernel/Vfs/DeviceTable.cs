using System.Collections.Concurrent;

namespace Zonix.Kernel.Vfs;

/// <summary>The devices of a machine by their numbers.</summary>
public sealed class DeviceTable
{
    private readonly ConcurrentDictionary<(bool IsBlock, ulong Number), IDevice> devices = new();

    /// <summary>Device numbers are (major &lt;&lt; 32) | minor.</summary>
    public static ulong Number(uint major, uint minor) => ((ulong)major << 32) | minor;

    /// <summary>Makes a character device known.</summary>
    public void Add(ulong number, IDevice device) => devices[(false, number)] = device;

    /// <summary>Whether there is a character device of that number.</summary>
    public bool Has(ulong number) => devices.ContainsKey((false, number));

    /// <summary>Makes a block device known.</summary>
    public void AddBlock(ulong number, IDevice device) => devices[(true, number)] = device;

    /// <summary>Opens the device a node stands for; ENXIO when there is none.</summary>
    public Errno Open(IInode node, ulong number, OpenFlags flags, out IFile? file)
    {
        file = null;
        bool isBlock = node.Access.Type == FileModeBits.S_IFBLK;
        return devices.TryGetValue((isBlock, number), out IDevice? device) ? device.Open(node, flags, out file) : Errno.ENXIO;
    }
}
