using System.Globalization;
using System.Text;
using Zonix.Zones.Configuration;
using Zonix.Zones.Streams;

namespace Zonix.Zones.Life;

/// <summary>Checks again and again whether a zone works, as docker's HEALTHCHECK has it, as long as one run of it lasts.</summary>
internal sealed class HealthWatch(ZoneLife zone, ZoneHealthcheck check)
{
    private const int KeptProbes = 5;
    private HealthState state = new("starting", 0, []);

    /// <summary>What is known.</summary>
    internal HealthState State => Volatile.Read(ref state);

    /// <summary>Checks until the run is over.</summary>
    internal async Task RunAsync(CancellationToken over)
    {
        DateTimeOffset begun = DateTimeOffset.UtcNow;
        try
        {
            while (true)
            {
                bool starts = State.Status == "starting" && DateTimeOffset.UtcNow - begun < check.StartTime;
                await Task.Delay(starts ? check.StartIntervalTime : check.IntervalTime, over).ConfigureAwait(false);
                if (zone.IsPaused)
                    continue;
                HealthProbe probe = await ProbeAsync(over).ConfigureAwait(false);
                if (over.IsCancellationRequested)
                    return;
                Note(probe, isStarting: State.Status == "starting" && DateTimeOffset.UtcNow - begun < check.StartTime);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private void Note(HealthProbe probe, bool isStarting)
    {
        HealthState old = State;
        int streak = probe.ExitCode == 0 ? 0 : isStarting ? old.FailingStreak : old.FailingStreak + 1;
        string status = probe.ExitCode == 0 ? "healthy" : streak >= check.RetryCount ? "unhealthy" : old.Status;
        Volatile.Write(ref state, new HealthState(status, streak, [.. old.Log.TakeLast(KeptProbes - 1), probe]));
        if (status != old.Status)
            zone.Tell("health_status: " + status);
    }

    private async Task<HealthProbe> ProbeAsync(CancellationToken over)
    {
        DateTimeOffset start = DateTimeOffset.UtcNow;
        var output = new FirstOutput();
        try
        {
            ZoneExec exec = zone.CreateExec(new ZoneInit { Cmd = check.Command });
            exec.Console.Attach(output);
            Task ended = zone.StartExec(exec);
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(over);
            timeout.CancelAfter(check.TimeoutTime);
            try
            {
                await ended.WaitAsync(timeout.Token).ConfigureAwait(false);
                return new HealthProbe(start, DateTimeOffset.UtcNow, exec.ExitCode ?? -1, output.Text);
            }
            catch (OperationCanceledException)
            {
                if (zone.Kernel is { } kernel && exec.Process is { } process)
                    await kernel.EndFamilyAsync(process.Process).ConfigureAwait(false);
                string text = string.Create(CultureInfo.InvariantCulture, $"Health check exceeded timeout ({check.TimeoutTime.TotalSeconds}s)");
                return new HealthProbe(start, DateTimeOffset.UtcNow, -1, text);
            }
        }
        catch (ZoneException e)
        {
            return new HealthProbe(start, DateTimeOffset.UtcNow, -1, e.Message);
        }
    }

    private sealed class FirstOutput : IOutputSink
    {
        private const int Limit = 4096;
        private readonly Lock gate = new();
        private readonly byte[] kept = new byte[Limit];
        private int length;

        internal string Text
        {
            get
            {
                lock (gate)
                    return Encoding.UTF8.GetString(kept, 0, length);
            }
        }

        public ValueTask WriteAsync(OutputKind kind, ReadOnlyMemory<byte> bytes)
        {
            lock (gate)
            {
                int part = Math.Min(bytes.Length, Limit - length);
                bytes.Span[..part].CopyTo(kept.AsSpan(length));
                length += part;
            }

            return ValueTask.CompletedTask;
        }

        public void Complete()
        {
        }
    }
}
