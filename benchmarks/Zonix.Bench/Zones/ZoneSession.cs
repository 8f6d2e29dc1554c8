using System.Diagnostics;

namespace Zonix.Bench.Zones;

/// <summary>
/// What zones cost: to start, to clone, to roll back, to keep asleep, and what images cost to unpack. There is nothing native to
/// compare with; the budgets are times and bytes.
/// </summary>
internal sealed class ZoneSession(string root, Options options, Action<string> progress)
{
    internal const string Start = "zone-start", Shell = "zone-from-the-shell", Clone = "zone-clone-100", Back = "zone-snapshot+rollback",
        Sleepers = "zone-1000-asleep", Unpack = "image-unpack-1MB";

    private const string Image = "bench:1", Variant = "small";
    private readonly List<Measurement> measurements = [];
    private double megabytes;

    private int Many => options.Quick ? 100 : 1000;

    internal IReadOnlyList<Measurement> Measure()
    {
        try
        {
            using BenchMachine machine = new(Path.Combine(root, "artifacts", "zonix", "zonix"));
            MakeImage(machine);
            MeasureUnpacking(machine);
            MeasureStarts(machine);
            MeasureClones(machine);
            MeasureRollback(machine);
            MeasureSleepers(machine);
        }
        catch (InvalidOperationException e)
        {
            Console.Error.WriteLine($"\nzones: {e.Message}");
            Measurement failed = New("zones");
            failed.Failed.Add(Variant);
        }

        return measurements;
    }

    // 10,000 files with the sizes that systems have: many small ones, few large ones, 27 KB in the mean.
    private void MakeImage(BenchMachine machine)
    {
        progress("zones: the image is made");
        string more = machine.PathOf("more"), archive = machine.PathOf("root.tar");
        Random random = new(1);
        byte[] content = new byte[200_000];
        for (int i = 0; i < Many * 10; i++)
        {
            string folder = Path.Combine(more, "usr", "share", $"d{i / 100}");
            Directory.CreateDirectory(folder);
            int size = (i % 10) switch { < 6 => 2_000, < 9 => 20_000, _ => 200_000 };
            // Compresses as programs do, to two thirds.
            for (int at = 0; at < size; at += 3)
            {
                content[at] = (byte)random.Next(256);
                content[at + 1] = (byte)i;
            }

            using FileStream file = File.Create(Path.Combine(folder, $"f{i}"));
            file.Write(content, 0, size);
        }

        if (Timing.Run([Path.Combine(root, "eng", "small-root"), archive, "sh", "true", "sleep", "rm", "--also", more]) is null)
        {
            throw new InvalidOperationException("eng/small-root failed");
        }

        megabytes = new FileInfo(archive).Length / 1e6;
        machine.Command("import", archive, Image);
        machine.Command("save", "-o", machine.PathOf("image.tar"), Image);
    }

    private void MeasureUnpacking(BenchMachine machine)
    {
        Measurement unpack = New(Unpack);
        for (int i = 0; i < 3; i++)
        {
            progress($"{Unpack} {i + 1}");
            machine.Command("rmi", Image);
            unpack.Add(Variant, machine.Command("load", "-i", machine.PathOf("image.tar")) / megabytes);
        }
    }

    private void MeasureStarts(BenchMachine machine)
    {
        Measurement start = New(Start), shell = New(Shell);
        for (int i = 0; i < Many; i++)
        {
            progress($"{Start} {i}");
            long before = Stopwatch.GetTimestamp();
            string zone = machine.Create(Image, "/usr/bin/true");
            machine.Start(zone);
            machine.Wait(zone);
            start.Add(Variant, Stopwatch.GetElapsedTime(before).TotalNanoseconds);
            machine.Remove(zone);
        }

        for (int i = 0; i < 41; i++)
        {
            progress($"{Shell} {i}");
            shell.Add(Variant, machine.Command("run", "--rm", Image, "--", "true"));
        }
    }

    private void MeasureClones(BenchMachine machine)
    {
        Measurement clone = New(Clone);
        for (int i = 0; i < 5; i++)
        {
            progress($"{Clone} {i}");
            long before = Stopwatch.GetTimestamp();
            string[] zones = [.. Enumerable.Range(0, 100).Select(_ => machine.Create(Image, "/usr/bin/true"))];
            clone.Add(Variant, Stopwatch.GetElapsedTime(before).TotalNanoseconds);
            Array.ForEach(zones, machine.Remove);
        }
    }

    private void MeasureRollback(BenchMachine machine)
    {
        Measurement back = New(Back);
        string zone = machine.Create(Image, "/bin/sh", "-c", "rm -rf /usr/share && test ! -e /usr/share/d0");
        string dataset = machine.Ask(HttpMethod.Get, $"zonix/zones/{zone}")!["dataset"]!.ToString();
        for (int i = 0; i < 5; i++)
        {
            progress($"{Back} {i}");
            long before = Stopwatch.GetTimestamp();
            machine.Ask(HttpMethod.Post, $"zonix/datasets/snapshot?name={Uri.EscapeDataString($"{dataset}@before{i}")}");
            TimeSpan snapshot = Stopwatch.GetElapsedTime(before);
            machine.Start(zone);
            machine.Wait(zone);
            before = Stopwatch.GetTimestamp();
            machine.Ask(HttpMethod.Post, $"zonix/datasets/rollback?name={Uri.EscapeDataString($"{dataset}@before{i}")}");
            back.Add(Variant, (snapshot + Stopwatch.GetElapsedTime(before)).TotalNanoseconds);
        }
    }

    private void MeasureSleepers(BenchMachine machine)
    {
        Measurement asleep = New(Sleepers, "B");
        for (int i = 0; i < Many; i++)
        {
            progress($"{Sleepers} {i}");
            machine.Start(machine.Create(Image, "sleep", "100000"));
        }

        asleep.Add(Variant, machine.Resident() * 1000 / Many);
    }

    private Measurement New(string name, string unit = "ns")
    {
        Measurement made = new(name, "zones", unit);
        measurements.Add(made);
        return made;
    }
}
