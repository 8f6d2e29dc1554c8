namespace Zonix.Abi;

/// <summary>Flags of msgsnd(2) and msgrcv(2).</summary>
[Flags]
public enum MsgFlags
{
    None = 0,
    IPC_NOWAIT = 0x800,
    MSG_NOERROR = 0x1000,
    MSG_EXCEPT = 0x2000,
    MSG_COPY = 0x4000,
}
