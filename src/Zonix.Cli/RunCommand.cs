using System.Text;
using Zonix.Abi;
using Zonix.Host.Files;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Zones;

namespace Zonix.Cli;

/// <summary>zonix run: one program in a zone of its own, with the caller's standard streams.</summary>
internal static class RunCommand
{
    private const int OwnFailure = 125;
    private const int CannotExecute = 126;
    private const int NotFound = 127;

    internal static int Usage()
    {
        Console.Error.WriteLine("""
            usage: zonix run [--strace] [--stats] [--large] (host | --root DIR) [--] PROGRAM [ARGS...]
            """);
        return OwnFailure;
    }

    internal static int Execute(string[] arguments)
    {
        var options = new ZoneOptions { UsesStandardStreams = true };
        bool hasRoot = false;
        bool stats = false;
        int at = 0;
        for (; at < arguments.Length; at++)
        {
            string argument = arguments[at];
            if (argument == "--strace")
                options = options with { Trace = Console.Error.WriteLine };
            else if (argument == "--stats")
                stats = true;
            else if (argument == "--large")
                options = options with { AlwaysLarge = true };
            else if (argument == "--root" && at + 1 < arguments.Length)
                (options, hasRoot) = (options with { RootDirectory = arguments[++at] }, true);
            else if (argument == "host" && !hasRoot)
                hasRoot = true;
            else
                break;
        }

        if (at < arguments.Length && arguments[at] == "--")
            at++;
        return !hasRoot || at == arguments.Length ? Usage() : Run(options, arguments[at..], stats);
    }

    private static int Run(ZoneOptions options, string[] command, bool stats)
    {
        using var machine = new ZoneMachine();
        machine.Kernel.OopsLog = Console.Error.WriteLine;
        Errno error = Zone.Create(machine, options, out Zone? zone);
        if (error != 0)
        {
            Console.Error.WriteLine($"zonix: {options.RootDirectory}: {error}");
            return OwnFailure;
        }

        using (zone)
        {
            SysResult started = zone!.Start(
                Encoding.UTF8.GetBytes(command[0]),
                command[1..].Select(Encoding.UTF8.GetBytes),
                HostEnvironment.Variables(),
                Environment.CurrentDirectory,
                out Process? process);
            if (started.IsError)
            {
                Console.Error.WriteLine($"zonix: {command[0]}: {started.Error}");
                return started.Error == Errno.ENOENT ? NotFound : CannotExecute;
            }

            int status = process!.Completion.GetAwaiter().GetResult();
            if (stats)
                PrintStatistics(machine.Kernel);
            return (status & 0x7F) != 0 ? 128 + (status & 0x7F) : (status >> 8) & 0xFF;
        }
    }

    private static void PrintStatistics(KernelMachine kernel)
    {
        var statistics = kernel.CodeCache.Statistics;
        Console.Error.WriteLine(
            $"translated: {statistics.Blocks} blocks, {statistics.Instructions} instructions, {statistics.GuestBytes} bytes to "
            + $"{statistics.HostBytes} bytes in {statistics.TranslationMs:F1} ms; {statistics.Links} links, {statistics.Misses} misses, "
            + $"{statistics.Invalidations} invalidations, {statistics.Flushes} flushes");
        foreach ((string call, int count) in kernel.MissingCalls.Counts)
            Console.Error.WriteLine($"missing call: {call}, {count} times");
    }
}
