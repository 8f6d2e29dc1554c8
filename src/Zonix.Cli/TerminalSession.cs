using System.Runtime.InteropServices;
using Zonix.Abi;
using Zonix.Host.Files;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tty;
using Zonix.Zones;

namespace Zonix.Cli;

/// <summary>
/// zonix run -t: joins the terminal it was started at with the zone's console, and follows its size. The host's terminal is raw
/// meanwhile when it relays input, and is put back at the end, however that comes.
/// </summary>
internal static class TerminalSession
{
    /// <summary>Runs until the program ends; answers its status.</summary>
    internal static int Run(ZoneTerminal terminal, Process process, bool isInteractive)
    {
        using var port = new HostTerminalPort();
        Pty pty = terminal.Master.Pty;
        TakeSettings(port, pty, isInteractive);
        FollowSize(port, pty);
        var relay = new TerminalRelay(terminal.Master, port, isInteractive);
        List<PosixSignalRegistration> registrations = [];
        if (!OperatingSystem.IsWindows())
            registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => FollowSize(port, pty)));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Pass(context, pty, Signal.SIGINT)));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGQUIT, context => Pass(context, pty, Signal.SIGQUIT)));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Terminate(context, pty, process)));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => HangUp(context, pty)));
        if (isInteractive)
            port.EnterRaw(Environment.ProcessPath);
        relay.Start();
        int status = process.Completion.GetAwaiter().GetResult();
        relay.Finish();
        port.Restore();
        foreach (PosixSignalRegistration registration in registrations)
            registration.Dispose();
        return status;
    }

    // What the user has set at the terminal (the erase character, UTF-8) holds in the zone.
    private static void TakeSettings(HostTerminalPort port, Pty pty, bool isInteractive)
    {
        if (isInteractive)
            pty.Inherit(port.Found);
    }

    private static void FollowSize(HostTerminalPort port, Pty pty)
    {
        Span<ushort> size = stackalloc ushort[4];
        if (port.TryGetSize(size))
            pty.WindowSize = new WindowSize(size[0], size[1], size[2], size[3]);
    }

    private static void Pass(PosixSignalContext context, Pty pty, Signal signal)
    {
        context.Cancel = true;
        pty.Control.SignalForeground(signal);
    }

    // A program that does not care, as interactive shells do not, is told that its terminal is gone.
    private static void Terminate(PosixSignalContext context, Pty pty, Process process)
    {
        context.Cancel = true;
        bool isIgnored = process.Signals.ReadAction((int)Signal.SIGTERM).Handler == KernelSigAction.SIG_IGN;
        SignalSending.Send(process, SigInfo.FromKernel((int)Signal.SIGTERM));
        if (isIgnored)
            pty.HangUp();
    }

    private static void HangUp(PosixSignalContext context, Pty pty)
    {
        context.Cancel = true;
        pty.HangUp();
    }
}
