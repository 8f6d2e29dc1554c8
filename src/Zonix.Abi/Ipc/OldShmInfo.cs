using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct shminfo of i386: what struct shminfo64 was before Linux 2.4.</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct OldShmInfo
{
    public uint MaxSize, MinSize, MaxSegments, MaxPerProcess, MaxPages;

    /// <summary>The old form.</summary>
    public static OldShmInfo From(in ShmInfo64 full) => new()
    {
        MaxSize = (uint)Math.Min(full.MaxSize, int.MaxValue), MinSize = (uint)full.MinSize, MaxSegments = (uint)full.MaxSegments,
        MaxPerProcess = (uint)full.MaxPerProcess, MaxPages = (uint)full.MaxPages,
    };
}
