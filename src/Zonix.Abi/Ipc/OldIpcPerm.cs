using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct ipc_perm of i386: what struct ipc64_perm was before Linux 2.4.</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct OldIpcPerm
{
    public int Key;
    public ushort Uid, Gid, CreatorUid, CreatorGid, Mode, Sequence;

    /// <summary>The old form; numbers of users that do not fit are shown as overflowuid.</summary>
    public static OldIpcPerm From(in Ipc64Perm full) => new()
    {
        Key = full.Key, Uid = ShortId.Of(full.Uid), Gid = ShortId.Of(full.Gid), CreatorUid = ShortId.Of(full.CreatorUid),
        CreatorGid = ShortId.Of(full.CreatorGid), Mode = (ushort)full.Mode, Sequence = full.Sequence,
    };

    /// <summary>What IPC_SET takes from it.</summary>
    public readonly Ipc64Perm ToFull() => new() { Uid = Uid, Gid = Gid, Mode = Mode };
}
