using System.Diagnostics;

namespace Zonix.Bench.Zones;

/// <summary>
/// The network beyond one zone: two zones, the host with a zone's published port, a zone with the host by the gateway. Beside each the
/// same two programs over the host's own loopback, in the same round.
/// </summary>
internal sealed class NetworkSession(string root, Options options, Action<string> progress)
{
    private const string Image = "bench:net", Network = "bench", Host = "host.zonix.internal";
    private const int HostPort = 17771, Published = 17772, ZonePort = 7777;
    private readonly Dictionary<string, Measurement> measurements = [];
    private readonly string scale = options.Quick ? "25" : "100";

    internal IReadOnlyCollection<Measurement> Measure()
    {
        string? sockets = Guest.All(Path.Combine(root, "benchmarks", "guest")).First(guest => guest.Name == "sockets").Build(Path.Combine(root, "artifacts", "bench"));
        if (sockets is null)
        {
            return [];
        }

        try
        {
            using BenchMachine machine = new(Path.Combine(root, "artifacts", "zonix", "zonix"));
            using Process server = Process.Start(sockets, [scale, "serve", $"{HostPort}"]);
            try
            {
                Prepare(machine, sockets);
                for (int round = 0; round < options.Rounds; round++)
                {
                    Round(machine, sockets, round);
                }
            }
            finally
            {
                server.Kill();
            }
        }
        catch (InvalidOperationException e)
        {
            Console.Error.WriteLine($"\nnetwork: {e.Message}");
            Of("network").Failed.Add("small");
        }

        return measurements.Values;
    }

    private void Prepare(BenchMachine machine, string sockets)
    {
        progress("network: the image is made");
        string more = machine.PathOf("network"), archive = machine.PathOf("network.tar");
        Directory.CreateDirectory(more);
        File.Copy(sockets, Path.Combine(more, "sockets"));
        if (Timing.Run([Path.Combine(root, "eng", "small-root"), archive, "sh", "true", "--also", more]) is null)
        {
            throw new InvalidOperationException("eng/small-root failed");
        }

        machine.Command("import", archive, Image);
        machine.Command("network", "create", Network);
        machine.Command("run", "-d", "--name", "server", "--network", Network, "-p", $"127.0.0.1:{Published}:{ZonePort}", Image, "--", "/sockets", scale, "serve", $"{ZonePort}");
    }

    private void Round(BenchMachine machine, string sockets, int round)
    {
        (string Prefix, string[] Command)[] sides =
        [
            ("zones-", machine.Words("run", "--rm", "--network", Network, Image, "--", "/sockets", scale, "server", $"{ZonePort}")),
            ("published-", [sockets, scale, "127.0.0.1", $"{Published}"]),
            ("gateway-", machine.Words("run", "--rm", Image, "--", "/sockets", scale, Host, $"{HostPort}")),
        ];
        foreach ((string prefix, string[] command) in sides)
        {
            progress($"{prefix}tcp {round + 1}/{options.Rounds}");
            Add("native", Timing.Run([sockets, scale, "127.0.0.1", $"{HostPort}", prefix])?.Results, prefix);
            Add("small", Timing.Run([.. command, prefix])?.Results, prefix);
        }
    }

    private void Add(string variant, Dictionary<string, double>? results, string prefix)
    {
        if (results is null)
        {
            throw new InvalidOperationException($"{prefix}tcp failed ({variant})");
        }

        foreach ((string name, double value) in results)
        {
            Of(name).Add(variant, value);
        }
    }

    private Measurement Of(string name)
    {
        if (!measurements.TryGetValue(name, out Measurement? measurement))
        {
            measurements[name] = measurement = new Measurement(name, "network");
        }

        return measurement;
    }
}
