namespace Zonix.Abi;

/// <summary>Flags of the get calls and of the operations of System V IPC. sysvipc(7).</summary>
[Flags]
public enum IpcFlags
{
    None = 0,
    IPC_CREAT = 0x200,
    IPC_EXCL = 0x400,
    IPC_NOWAIT = 0x800,
}
