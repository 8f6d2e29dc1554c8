using System.Buffers;
using System.Text.Json;
using Zonix.Kernel.Sockets;
using Zonix.Zones.Life;
using Zonix.Zones.Networks;

namespace Zonix.Api;

/// <summary>The answer to GET /containers/{id}/stats, whose names are not those of the rest of the API.</summary>
internal static class StatsWriter
{
    internal static void Write(IBufferWriter<byte> to, ZoneLife zone, int cpus, StatsSample now, StatsSample before)
    {
        using (var json = new Utf8JsonWriter(to))
        {
            json.WriteStartObject();
            json.WriteString("read", Answers.Show(now.Time));
            json.WriteString("preread", Answers.Show(before.Time == default ? null : before.Time));
            json.WriteString("name", "/" + zone.Name);
            json.WriteString("id", zone.Id);
            json.WriteNumber("num_procs", 0);
            WriteCpu(json, "cpu_stats", cpus, now);
            WriteCpu(json, "precpu_stats", cpus, before);
            json.WriteStartObject("memory_stats");
            json.WriteNumber("usage", now.Usage.MemoryBytes);
            json.WriteNumber("limit", now.Usage.MemoryLimit);
            json.WriteStartObject("stats");
            json.WriteEndObject();
            json.WriteEndObject();
            WriteTasks(json, now);
            WriteTransfers(json, now);
            WriteNetworks(json, zone);
            json.WriteEndObject();
        }

        to.Write("\n"u8);
    }

    private static void WriteCpu(Utf8JsonWriter json, string name, int cpus, StatsSample sample)
    {
        json.WriteStartObject(name);
        json.WriteStartObject("cpu_usage");
        json.WriteNumber("total_usage", sample.Usage.CpuNs);
        json.WriteNumber("usage_in_kernelmode", sample.Usage.SystemNs);
        json.WriteNumber("usage_in_usermode", sample.Usage.CpuNs - sample.Usage.SystemNs);
        json.WriteEndObject();

        // Clients divide the difference of the one by that of the other: the time of all CPUs.
        json.WriteNumber("system_cpu_usage", sample.Time == default ? 0 : (sample.Time - DateTimeOffset.UnixEpoch).Ticks * 100 * cpus);
        json.WriteNumber("online_cpus", cpus);
        json.WriteStartObject("throttling_data");
        json.WriteNumber("periods", sample.Usage.Throttling.Periods);
        json.WriteNumber("throttled_periods", sample.Usage.Throttling.Throttled);
        json.WriteNumber("throttled_time", sample.Usage.Throttling.ThrottledNs);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteNetworks(Utf8JsonWriter json, ZoneLife zone)
    {
        json.WriteStartObject("networks");
        foreach (NetworkEndpoint one in zone.Endpoints)
        {
            InterfaceCounters counters = one.Port.Interface.Counters;
            json.WriteStartObject(one.Port.Interface.Name);
            json.WriteNumber("rx_bytes", counters.ReceivedBytes);
            json.WriteNumber("rx_packets", counters.ReceivedPackets);
            json.WriteNumber("rx_errors", 0);
            json.WriteNumber("rx_dropped", counters.Dropped);
            json.WriteNumber("tx_bytes", counters.SentBytes);
            json.WriteNumber("tx_packets", counters.SentPackets);
            json.WriteNumber("tx_errors", 0);
            json.WriteNumber("tx_dropped", 0);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteTasks(Utf8JsonWriter json, StatsSample sample)
    {
        json.WriteStartObject("pids_stats");
        json.WriteNumber("current", sample.Usage.Tasks);
        if (sample.Usage.TaskLimit is > 0 and < long.MaxValue)
            json.WriteNumber("limit", sample.Usage.TaskLimit);
        json.WriteEndObject();
    }

    private static void WriteTransfers(Utf8JsonWriter json, StatsSample sample)
    {
        json.WriteStartObject("blkio_stats");
        json.WriteStartArray("io_service_bytes_recursive");
        foreach ((string kind, long bytes) in (ReadOnlySpan<(string, long)>)[("read", sample.Usage.ReadBytes), ("write", sample.Usage.WrittenBytes)])
        {
            json.WriteStartObject();
            json.WriteNumber("major", 0);
            json.WriteNumber("minor", 0);
            json.WriteString("op", kind);
            json.WriteNumber("value", bytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
