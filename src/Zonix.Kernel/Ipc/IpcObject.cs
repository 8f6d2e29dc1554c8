using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Ipc;

/// <summary>What semaphore sets, message queues and shared segments have in common. Guarded by the gate of their table.</summary>
public abstract class IpcObject
{
    private const int CAP_IPC_OWNER = 15, CAP_SYS_ADMIN = 21;

    private protected IpcObject(int key, uint mode, Credentials creator)
    {
        Key = key;
        Mode = mode & 0x1FF;
        Uid = CreatorUid = creator.EffectiveUid;
        Gid = CreatorGid = creator.EffectiveGid;
    }

    /// <summary>The key it is found by; IPC_PRIVATE (0): by none.</summary>
    public int Key { get; internal set; }

    /// <summary>Its number: index and sequence.</summary>
    public int Id { get; internal set; }

    /// <summary>Permission bits, for segments also SHM_DEST and SHM_LOCKED.</summary>
    public uint Mode { get; internal set; }

    /// <summary>Owner.</summary>
    public uint Uid { get; private set; }

    /// <summary>Owning group.</summary>
    public uint Gid { get; private set; }

    /// <summary>Who made it.</summary>
    public uint CreatorUid { get; }

    /// <summary>The group of who made it.</summary>
    public uint CreatorGid { get; }

    /// <summary>Taken out by IPC_RMID.</summary>
    public bool IsRemoved { get; internal set; }

    /// <summary>When its attributes were changed, seconds.</summary>
    public long ChangeTime { get; internal set; }

    /// <summary>The part of IPC_STAT that all have.</summary>
    public Ipc64Perm Permissions => new()
    {
        Key = Key, Uid = Uid, Gid = Gid, CreatorUid = CreatorUid, CreatorGid = CreatorGid, Mode = Mode, Sequence = (ushort)(Id >> IpcTable.IndexBits),
    };

    /// <summary>Whether somebody may do what the bits of <paramref name="wanted"/> (for owner, group or others) say.</summary>
    public bool Allows(Credentials who, uint wanted)
    {
        uint requested = (wanted >> 6) | (wanted >> 3) | wanted;
        uint granted = Mode;
        if (who.EffectiveUid == CreatorUid || who.EffectiveUid == Uid)
            granted >>= 6;
        else if (who.InGroup(CreatorGid) || who.InGroup(Gid))
            granted >>= 3;
        return (requested & ~granted & 7) == 0 || who.Has(CAP_IPC_OWNER);
    }

    /// <summary>Whether somebody may change or remove it.</summary>
    public bool IsOwnedBy(Credentials who) => who.EffectiveUid == CreatorUid || who.EffectiveUid == Uid || who.Has(CAP_SYS_ADMIN);

    /// <summary>IPC_SET: owner and permission bits.</summary>
    internal void SetPermissions(in Ipc64Perm to, long nowSeconds)
    {
        Uid = to.Uid;
        Gid = to.Gid;
        Mode = (Mode & ~0x1FFu) | (to.Mode & 0x1FF);
        ChangeTime = nowSeconds;
    }
}
