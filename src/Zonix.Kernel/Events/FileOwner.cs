using Zonix.Abi;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Events;

/// <summary>Who gets the signals of an open file: a thread, a process or a group. fcntl(2), F_SETOWN_EX.</summary>
/// <param name="Type">F_OWNER_TID, F_OWNER_PID or F_OWNER_PGRP.</param>
/// <param name="Id">Its number.</param>
/// <param name="Pids">The numbers of the zone.</param>
/// <param name="By">Who has said so: signals are sent as if by them.</param>
public sealed record FileOwner(int Type, int Id, PidSpace Pids, Credentials By)
{
    /// <summary>A thread.</summary>
    public const int F_OWNER_TID = 0;

    /// <summary>A process.</summary>
    public const int F_OWNER_PID = 1;

    /// <summary>A process group.</summary>
    public const int F_OWNER_PGRP = 2;

    /// <summary>Whether there is somebody of that number.</summary>
    public bool Exists()
    {
        switch (Type)
        {
            case F_OWNER_TID:
                return Pids.Tasks[new Tid(Id)] is not null;
            case F_OWNER_PID:
                return Pids.Processes[new Pid(Id)] is not null;
            default:
                lock (Pids.TreeGate)
                {
                    return Pids.Group(new Pid(Id)) is not null;
                }
        }
    }

    /// <summary>Sends a signal; one that finds no room in the queue becomes SIGIO. No locks held.</summary>
    internal void Send(in SigInfo info)
    {
        switch (Type)
        {
            case F_OWNER_TID:
                if (Pids.Tasks[new Tid(Id)] is { } task && MayReach(task) && SignalSending.Send(task, info) == SendOutcome.NoRoom)
                {
                    SignalSending.Send(task, SigInfo.FromKernel((int)Signal.SIGIO));
                }

                break;
            case F_OWNER_PID:
                SendTo(Pids.Processes[new Pid(Id)], info);
                break;
            default:
                lock (Pids.TreeGate)
                {
                    foreach (var member in Pids.Group(new Pid(Id))?.Members.ToArray() ?? [])
                    {
                        SendTo(member, info);
                    }
                }

                break;
        }
    }

    private void SendTo(Process? process, in SigInfo info)
    {
        if (process?.MainTask is { } main && MayReach(main) && SignalSending.Send(process, info) == SendOutcome.NoRoom)
        {
            SignalSending.Send(process, SigInfo.FromKernel((int)Signal.SIGIO));
        }
    }

    private bool MayReach(KernelTask task)
    {
        var to = task.Credentials;
        return By.EffectiveUid == 0 || By.EffectiveUid == to.SavedUid || By.EffectiveUid == to.Uid || By.Uid == to.SavedUid || By.Uid == to.Uid;
    }
}
