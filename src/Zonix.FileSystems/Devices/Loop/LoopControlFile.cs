using Zonix.Kernel.Tasks;

namespace Zonix.FileSystems.Devices.Loop;

/// <summary>/dev/loop-control, open. loop(4).</summary>
internal sealed class LoopControlFile(IInode inode, LoopDevices devices) : IControllable
{
    private const uint LOOP_CTL_ADD = 0x4C80, LOOP_CTL_REMOVE = 0x4C81, LOOP_CTL_GET_FREE = 0x4C82;

    public IInode Inode => inode;

    public SysResult Control(KernelTask task, uint request, UserAddress argument) => request switch
    {
        LOOP_CTL_GET_FREE => devices.FindFree(),
        LOOP_CTL_ADD => devices.Create((int)argument.Value),
        // Their nodes are not the kernel's to take away.
        LOOP_CTL_REMOVE => Errno.EBUSY,
        _ => Errno.ENOTTY,
    };

    public void Close()
    {
    }
}
