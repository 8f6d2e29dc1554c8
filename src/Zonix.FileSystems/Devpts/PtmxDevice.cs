using Zonix.Kernel.Scheduling;

namespace Zonix.FileSystems.Devpts;

/// <summary>A node 5:2 outside of devpts: it stands for the ptmx of the instance that its opener sees. ptmx(4).</summary>
internal sealed class PtmxDevice : IDevice
{
    public Errno Open(IInode node, OpenFlags flags, out IFile? file)
    {
        file = null;
        foreach (Mount mount in Worker.Current?.Running?.FileSystem.Mounts.Snapshot() ?? [])
        {
            if (mount.FileSystem is DevptsFileSystem devpts)
                return devpts.Ptmx.Open(flags, out file);
        }
        return Errno.ENODEV;
    }
}
