using Zonix.Bench.Zones;

namespace Zonix.Bench;

/// <summary>A run of the whole benchmark: variants take turns within each round, so that drift of the machine hits all alike.</summary>
internal sealed class Session
{
    private const int SlowScalePercent = 10;
    private const string NativeI386 = "native i386";
    private readonly string root;
    private readonly Options options;
    private readonly List<Measurement> measurements = [];

    internal Session(string root, Options options)
    {
        this.root = root;
        this.options = options;
        int scale = options.Quick ? 25 : 100;
        string zonix = Path.Combine(root, "artifacts", "zonix", "zonix");
        List<Variant> variants =
        [
            new("native", [], scale, int.MaxValue),
            new("small", [zonix, "run", "host", "--"], scale, int.MaxValue),
            new("large", [zonix, "run", "--large", "host", "--"], scale, int.MaxValue),
        ];
        if ((FindInPath("qemu-x86_64-static") ?? FindInPath("qemu-x86_64")) is { } qemu)
        {
            variants.Add(new("qemu", [qemu, "-cpu", "max"], SlowScalePercent, 3));
        }

        AddI386(variants, zonix, scale);
        Variants = [.. variants.Where(variant => options.Variants.Count == 0 || variant.Name == "native" || (variant.Name == NativeI386 && options.Variants.Contains("i386")) || options.Variants.Contains(variant.Name))];
    }

    internal IReadOnlyList<Variant> Variants { get; }

    /// <summary>
    /// i386 programs, built from the same sources: compared with their native runs where the host's kernel has any, else with x86-64 in a zone.
    /// </summary>
    private void AddI386(List<Variant> variants, string zonix, int scale)
    {
        string folder = Path.Combine(root, "artifacts", "bench", "i386");
        string probe = Path.Combine(folder, "probe");
        Directory.CreateDirectory(folder);
        File.WriteAllText(probe + ".c", "int main(void) { return 0; }\n");
        if (!Succeeds("gcc", "-m32", "-o", probe, probe + ".c"))
        {
            Console.Error.WriteLine("i386: gcc -m32 does not work (Debian: gcc-multilib)");
            return;
        }

        if (Succeeds(probe))
        {
            variants.Add(new(NativeI386, [], scale, int.MaxValue) { IsI386 = true });
            variants.Add(new("i386", [zonix, "run", "host", "--"], scale, int.MaxValue) { IsI386 = true, Base = NativeI386 });
        }
        else
        {
            variants.Add(new("i386", [zonix, "run", "host", "--"], scale, int.MaxValue) { IsI386 = true, Base = "small" });
        }
    }

    private static bool Succeeds(string program, params string[] arguments)
    {
        try
        {
            using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardError = true });
            process?.WaitForExit();
            return process?.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    internal IReadOnlyList<Measurement> Measure()
    {
        foreach (Guest guest in Guest.All(Path.Combine(root, "benchmarks", "guest")).Where(guest => options.Wants(guest.Name)))
        {
            if (guest.Needs is { } flag && !File.ReadAllText("/proc/cpuinfo").Contains($" {flag} ", StringComparison.Ordinal))
            {
                Console.Error.WriteLine($"{guest.Name}: the processor has no {flag}");
                continue;
            }

            string folder = Path.Combine(root, "artifacts", "bench");
            if (guest.Build(folder) is { } program)
            {
                MeasureGuest(guest, program, Variants.Any(variant => variant.IsI386) ? guest.Build(folder, isI386: true) : null);
            }
        }

        if (options.Wants("start"))
        {
            MeasureStart("true, from the shell", ["/bin/true"]);
            MeasureStart("sh -c :", ["/bin/sh", "-c", ":"]);
            MeasureStart("python3 -c pass", ["/usr/bin/python3", "-c", "pass"]);
        }

        if (options.Wants("network") && Variants.Any(variant => variant.Name == "small"))
        {
            measurements.AddRange(new NetworkSession(root, options, Progress).Measure());
        }

        if (options.Wants("zone") && Variants.Any(variant => variant.Name == "small"))
        {
            measurements.AddRange(new ZoneSession(root, options, Progress).Measure());
        }

        Progress("");
        return [.. measurements.OrderBy(one => Array.IndexOf(["cpu", "kernel", "process", "network", "start", "zones"], one.Group))];
    }

    private void MeasureGuest(Guest guest, string program, string? programI386)
    {
        HashSet<string> failed = [];
        Dictionary<string, Measurement> results = [];
        for (int round = 0; round < options.Rounds; round++)
        {
            foreach (Variant variant in Variants.Where(variant =>
                round < variant.MaximumRounds && !failed.Contains(variant.Name) && (!variant.IsI386 || programI386 is not null)))
            {
                Progress($"{guest.Name} {round + 1}/{options.Rounds} {variant.Name}");
                if (Timing.Run([.. variant.Prefix, variant.IsI386 ? programI386 ?? program : program, $"{variant.ScalePercent}"]) is not { Results.Count: > 0 } run)
                {
                    failed.Add(variant.Name);
                    continue;
                }

                foreach ((string name, double value) in run.Results)
                {
                    if (!results.TryGetValue(name, out Measurement? measurement))
                    {
                        results[name] = measurement = new Measurement(name, guest.Group);
                        measurements.Add(measurement);
                    }

                    measurement.Add(variant.Name, value);
                }
            }
        }

        foreach (Measurement measurement in results.Values)
        {
            measurement.Failed.UnionWith(failed);
        }
    }

    /// <summary>From start to exit, seen from outside; the front script included, as a user's shell would start it.</summary>
    private void MeasureStart(string name, string[] command)
    {
        if (!File.Exists(command[0]))
        {
            return;
        }

        Measurement measurement = new(name, "start");
        measurements.Add(measurement);
        int rounds = options.Rounds * 3;
        for (int round = 0; round < rounds; round++)
        {
            foreach (Variant variant in Variants.Where(variant => !variant.IsI386 && !measurement.Failed.Contains(variant.Name)))
            {
                Progress($"{name} {round + 1}/{rounds} {variant.Name}");
                string[] prefix = variant.Prefix is [var first, .. var rest] && first.EndsWith("/zonix", StringComparison.Ordinal)
                    ? [Path.Combine(root, "zonix"), .. rest]
                    : variant.Prefix;
                if (Timing.Run([.. prefix, .. command]) is { } run)
                {
                    measurement.Add(variant.Name, run.Total);
                }
                else
                {
                    measurement.Failed.Add(variant.Name);
                }
            }
        }
    }

    private static void Progress(string text)
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.Write($"\r\e[K{text}");
        }
    }

    private static string? FindInPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
