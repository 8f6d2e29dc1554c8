using System.Runtime.InteropServices;
using System.Text;
using Zonix.Abi;
using Zonix.Host.Files;
using Zonix.Kernel;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tty;
using Zonix.Zones;

namespace Zonix.Cli;

/// <summary>zonix run: one program in a zone of its own, with the caller's standard streams.</summary>
internal static class RunCommand
{
    private const int OwnFailure = 125;
    private const int CannotExecute = 126;
    private const int NotFound = 127;

    internal static int Execute(string[] words)
    {
        RunArguments arguments = RunArguments.Parse(words);
        if (arguments.WantsHelp)
        {
            Console.Out.Write(RunHelp.Text);
            return 0;
        }

        if (arguments.Problem is { } problem)
        {
            Console.Error.WriteLine($"zonix: run: {problem}; see 'zonix run --help'");
            return OwnFailure;
        }

        if (arguments.NeedsMachine)
            return MachineRun.Execute(arguments);
        string[] command = string.IsNullOrEmpty(arguments.Entrypoint) ? arguments.Command : [arguments.Entrypoint, .. arguments.Command];
        if (!arguments.Traces)
            return Run(arguments, command, arguments.Options);
        try
        {
            using StreamWriter trace = arguments.TraceFile is { } file
                ? new StreamWriter(file)
                : new StreamWriter(Console.OpenStandardError()) { AutoFlush = true };
            return Run(arguments, command, arguments.Options with { Trace = trace.WriteLine });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"zonix: {arguments.TraceFile}: {e.Message}");
            return OwnFailure;
        }
    }

    /// <summary>Runs, and says in one line when the host cannot supply what a machine needs (ulimit -v, descriptors).</summary>
    private static int Run(RunArguments arguments, string[] command, ZoneOptions options)
    {
        try
        {
            return RunProgram(arguments, command, options);
        }
        catch (Exception e) when (e is InsufficientMemoryException or NotSupportedException)
        {
            Console.Error.WriteLine($"zonix: {e.Message}");
            return OwnFailure;
        }
    }

    private static int RunProgram(RunArguments arguments, string[] command, ZoneOptions options)
    {
        if (arguments.IsInteractive && options.HasTerminal && !HostTerminalPort.IsInputTerminal)
        {
            Console.Error.WriteLine("zonix: the input device is not a TTY");
            return OwnFailure;
        }
        using var machine = new ZoneMachine();
        machine.Kernel.OopsLog = Console.Error.WriteLine;
        machine.Kernel.Log = Console.Error.WriteLine;
        Errno error = Zone.Create(machine, options, out Zone? zone, out string problem);
        if (error != 0)
        {
            Console.Error.WriteLine($"zonix: {problem}");
            return OwnFailure;
        }

        using (zone)
        {
            SysResult started = zone!.Start(
                Encoding.UTF8.GetBytes(command[0]),
                command[1..].Select(Encoding.UTF8.GetBytes),
                arguments.Environment,
                arguments.WorkingDirectory ?? Environment.CurrentDirectory,
                arguments.WorkingDirectory is not null,
                out Process? process);
            if (started.IsError)
            {
                Console.Error.WriteLine($"zonix: {command[0]}: {ErrnoText.Describe(started.Error)}");
                return started.Error is Errno.ENOENT or Errno.ENOTDIR ? NotFound : CannotExecute;
            }

            int status = zone.Terminal is { } terminal ? TerminalSession.Run(terminal, process!, arguments.IsInteractive) : Wait(process!, zone.HostConsole);
            if (arguments.Statistics)
                PrintStatistics(machine.Kernel);
            return (status & 0x7F) != 0 ? 128 + (status & 0x7F) : (status >> 8) & 0xFF;
        }
    }

    // What the host sends to this process is meant for the program in it; what its terminal sends, for the foreground there.
    private static int Wait(Process process, HostConsole? console)
    {
        (PosixSignal From, Signal To)[] passed =
        [
            (PosixSignal.SIGINT, Signal.SIGINT), (PosixSignal.SIGQUIT, Signal.SIGQUIT), (PosixSignal.SIGTERM, Signal.SIGTERM),
            (PosixSignal.SIGHUP, Signal.SIGHUP), ((PosixSignal)(int)Signal.SIGUSR1, Signal.SIGUSR1), ((PosixSignal)(int)Signal.SIGUSR2, Signal.SIGUSR2),
        ];
        var registrations = new List<PosixSignalRegistration>();
        foreach ((PosixSignal from, Signal to) in passed)
            registrations.Add(PosixSignalRegistration.Create(from, context => Pass(context, process, console, to)));
        if (!OperatingSystem.IsWindows())
        {
            registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, context => Pass(context, process, console, Signal.SIGWINCH)));
            if (console is not null)
                registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTSTP, context => Suspend(context, process, console)));
        }
        int status = process.Completion.GetAwaiter().GetResult();
        foreach (PosixSignalRegistration registration in registrations)
            registration.Dispose();
        return status;
    }

    private static void Pass(PosixSignalContext context, Process process, HostConsole? console, Signal signal)
    {
        context.Cancel = true;
        if (signal is Signal.SIGINT or Signal.SIGQUIT or Signal.SIGWINCH && console?.Control.ForegroundGroup > 0)
            console.Control.SignalForeground(signal);
        else
            SignalSending.Send(process, SigInfo.FromKernel((int)signal));
    }

    // Where a shell in the zone does job control, Ctrl-Z is for its job; else this process stops as any other.
    private static void Suspend(PosixSignalContext context, Process process, HostConsole console)
    {
        int foreground = console.Control.ForegroundGroup;
        if (foreground == 0 || foreground == process.GroupId.Value)
            return;
        context.Cancel = true;
        console.Control.SignalForeground(Signal.SIGTSTP);
    }

    private static void PrintStatistics(KernelMachine kernel)
    {
        var statistics = kernel.CodeCache.Statistics;
        Console.Error.WriteLine(
            $"translated: {statistics.Blocks} blocks, {statistics.Instructions} instructions, {statistics.GuestBytes} bytes to "
            + $"{statistics.HostBytes} bytes in {statistics.TranslationMs:F1} ms; {statistics.Links} links, {statistics.Misses} misses, "
            + $"{statistics.Invalidations} invalidations, {statistics.Flushes} flushes");
        Console.Error.WriteLine(
            $"shared: {statistics.Units} units, found {statistics.UnitHits} times; {statistics.Spaces} spaces ({statistics.IdleSpaces} idle), "
            + $"found {statistics.SpaceHits} times, {statistics.SpaceReleases} given back; {statistics.Fills} pages of them filled");
        foreach ((string call, int count) in kernel.MissingCalls.Counts)
            Console.Error.WriteLine($"missing call: {call}, {count} times");
    }
}
