using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Ipc;

/// <summary>Who is told, once, that a message came to an empty queue. mq_notify(2).</summary>
/// <param name="Owner">The process.</param>
/// <param name="Kind">SIGEV_SIGNAL or SIGEV_NONE.</param>
/// <param name="Signal">The signal.</param>
/// <param name="Value">Its value.</param>
public sealed record PosixNotification(Process Owner, int Kind, int Signal, ulong Value)
{
    /// <summary>A signal.</summary>
    public const int SIGEV_SIGNAL = 0;

    /// <summary>Nothing, but nobody else can register.</summary>
    public const int SIGEV_NONE = 1;

    internal void Send(KernelTask sender)
    {
        if (Kind == SIGEV_SIGNAL && Signal != 0)
        {
            SignalSending.Send(
                Owner, SigInfo.FromSender(Signal, SigCode.SI_MESGQ, sender.Process.Pid.Value, sender.Credentials.Uid, Value));
        }
    }
}
