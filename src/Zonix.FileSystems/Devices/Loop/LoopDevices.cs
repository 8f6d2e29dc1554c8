using Zonix.Kernel.Tasks;

namespace Zonix.FileSystems.Devices.Loop;

/// <summary>The loop devices of a machine, and /dev/loop-control behind them. loop(4).</summary>
internal sealed class LoopDevices : IDevice
{
    /// <summary>Major number of the block devices; number of the control device.</summary>
    public const uint Major = 7, ControlMajor = 10, ControlMinor = 237;

    /// <summary>Devices that are there from the start, with nodes.</summary>
    public const int Initial = 8;

    private const int Most = 256;
    private readonly Lock gate = new();
    private readonly DeviceTable devices;
    private readonly Dictionary<int, LoopDevice> all = [];

    public LoopDevices(DeviceTable devices)
    {
        this.devices = devices;
        devices.Add(DeviceTable.Number(ControlMajor, ControlMinor), this);
        for (int i = 0; i < Initial; i++)
            Add(i);
    }

    public Errno Open(IInode node, OpenFlags flags, out IFile? file)
    {
        file = new LoopControlFile(node, this);
        return 0;
    }

    /// <summary>LOOP_CTL_GET_FREE: the first device without a file, made at need. ENOSPC.</summary>
    public SysResult FindFree()
    {
        lock (gate)
        {
            for (int i = 0; i < Most; i++)
            {
                if (!all.TryGetValue(i, out LoopDevice? device))
                    return Add(i);
                if (!device.IsBound)
                    return i;
            }
            return Errno.ENOSPC;
        }
    }

    /// <summary>LOOP_CTL_ADD: EEXIST.</summary>
    public SysResult Create(int number)
    {
        lock (gate)
        {
            if (number is < 0 or >= Most)
                return Errno.EINVAL;
            return all.ContainsKey(number) ? Errno.EEXIST : Add(number);
        }
    }

    private int Add(int number)
    {
        var device = new LoopDevice(number);
        all.Add(number, device);
        devices.AddBlock(DeviceTable.Number(Major, (uint)number), device);
        return number;
    }
}
