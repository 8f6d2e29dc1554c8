using System.Globalization;
using Zonix.Machine;

namespace Zonix.Differential;

/// <summary>The long run: see README.md for the options.</summary>
public static class CommandLine
{
    public static int Run(string[] arguments)
    {
        long instructions = 1_000_000;
        ulong seed = (ulong)DateTime.UtcNow.Ticks;
        int limit = 5, replayed = -1;
        bool isSmall = false, isLarge = false, isNative = false, isZone = false, kicks = false, traces = false, isChaos = false, listsExclusions = false, isI386 = false;
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--instructions":
                    instructions = long.Parse(arguments[++i], CultureInfo.InvariantCulture);
                    break;
                case "--seed" or "--batch":
                    seed = ulong.Parse(arguments[++i], CultureInfo.InvariantCulture);
                    break;
                case "--case":
                    replayed = int.Parse(arguments[++i], CultureInfo.InvariantCulture);
                    break;
                case "--limit":
                    limit = int.Parse(arguments[++i], CultureInfo.InvariantCulture);
                    break;
                case "--small":
                    isSmall = true;
                    break;
                case "--i386":
                    isI386 = true;
                    break;
                case "--large":
                    isLarge = true;
                    break;
                case "--native":
                    isNative = true;
                    break;
                case "--zone":
                    isZone = true;
                    break;
                case "--kicks":
                    kicks = true;
                    break;
                case "--chaos":
                    isChaos = true;
                    break;
                case "--trace":
                    traces = true;
                    break;
                case "--exclusions":
                    listsExclusions = true;
                    break;
                default:
                    Console.Error.WriteLine($"unknown option {arguments[i]}; see tests/Zonix.Differential/README.md");
                    return 2;
            }
        }

        if (isI386 && !isChaos)
            return RunI386(seed, instructions, limit, kicks);
        Action<TestCase>? trace = traces ? test => Console.Error.WriteLine($"case {test.Slot}") : null;
        List<IRunner> runners = [];
        if (isNative)
            runners.Add(new ProcessRunner("native again", [Executor.Build()]));
        if (isSmall || (!isLarge && !isNative && !isZone))
            runners.Add(isZone ? ZoneRunner([]) : new DirectRunner(isI386 ? WindowKind.I386 : WindowKind.Small, kicks) { Trace = trace });
        if (isLarge)
            runners.Add(isZone ? ZoneRunner(["--large"]) : new DirectRunner(WindowKind.Large, kicks) { Trace = trace });
        if (isZone && runners.Count == 0)
            runners.Add(ZoneRunner([]));
        using var session = new Session(runners);
        if (listsExclusions)
            return ListExclusions(session.Table);
        Console.WriteLine($"seed {seed}; {session.Table.General.Count} forms, {session.Table.Unsupported.Count} unknown to this CPU, {session.Table.Excluded.Count} excluded; against {string.Join(", ", runners.Select(r => r.Name))}");
        if (replayed >= 0)
        {
            Console.WriteLine(session.Disassemble(seed, replayed, isChaos));
            Console.WriteLine(session.Replay(seed, replayed, isChaos));
            return 0;
        }

        var watch = System.Diagnostics.Stopwatch.StartNew();
        if (isChaos)
            session.RunChaos(seed, instructions);
        else
            session.Run(seed, instructions, limit, s => Print(s, watch.Elapsed));
        Print(session, watch.Elapsed);
        Console.WriteLine($"{session.Covered(1)} of {session.Table.General.Count} forms generated, {session.Covered(100)} of them at least 100 times; never: {string.Join(' ', session.Missed)}");
        foreach (string difference in session.Differences)
            Console.WriteLine(difference);
        return session.Differences.Count == 0 ? 0 : 1;
    }

    private static int RunI386(ulong seed, long instructions, int limit, bool kicks)
    {
        if (I386Session.FindReference() is not { } reference)
        {
            Console.Error.WriteLine("this host runs no i386 programs, and qemu-i386-static is not there");
            return 2;
        }

        using var session = new I386Session(reference, new DirectRunner(WindowKind.I386, kicks));
        Console.WriteLine($"seed {seed}; {session.Forms} forms against {string.Join(' ', reference)}");
        session.Run(seed, instructions, limit);
        string endings = string.Join(", ", session.Endings.Select(pair => $"{pair.Value} by exception {pair.Key}"));
        Console.WriteLine($"{session.Instructions} instructions in {session.Cases} cases, {session.Differences.Count} differences; ended {endings}");
        foreach (string difference in session.Differences)
            Console.WriteLine(difference);
        return session.Differences.Count == 0 ? 0 : 1;
    }

    /// <summary>The built program.</summary>
    public static string ZonixProgram =>
        Environment.GetEnvironmentVariable("ZONIX_PROGRAM") ?? Path.Combine(Executor.Root, "artifacts", "zonix", "zonix");

    /// <summary>The executor as a guest of the built program.</summary>
    public static ProcessRunner ZoneRunner(IReadOnlyList<string> options)
    {
        return new ProcessRunner($"zone {string.Join(' ', options)}".Trim(), [ZonixProgram, "run", .. options, "host", "--", Executor.Build()]) { HasFaultFlags = !options.Contains("--large") };
    }

    private static void Print(Session session, TimeSpan elapsed)
    {
        string endings = string.Join(", ", session.Endings.Select(pair => $"{pair.Value} by exception {pair.Key}"));
        Console.WriteLine($"{session.Instructions} instructions in {session.Cases} cases, {session.Instructions / Math.Max(0.01, elapsed.TotalMinutes) / 1e6:F1} million a minute, {session.Differences.Count} differences; ended {endings}");
    }

    private static int ListExclusions(InstructionTable table)
    {
        foreach (IGrouping<string, (Iced.Intel.Code Code, string Reason)> group in table.Excluded.GroupBy(item => item.Reason))
            Console.WriteLine($"{group.Key}:\n  {string.Join(' ', group.Select(item => item.Code))}");
        Console.WriteLine($"unknown to this CPU:\n  {string.Join(' ', table.Unsupported.Select(form => form.Code))}");
        return 0;
    }
}
