using System.Diagnostics;
using System.Globalization;
using Zonix.Images.Bootstrap;

namespace Zonix.Cli;

/// <summary>Tells the user how far a bootstrap is, with the time each part took.</summary>
internal sealed class BootstrapReport(TextWriter target)
{
    private readonly Lock gate = new();
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private BootstrapPhase? phase;

    internal void Show(BootstrapProgress progress)
    {
        lock (gate)
        {
            if (phase != progress.Phase)
            {
                EndPhase();
                phase = progress.Phase;
                watch.Restart();
            }
            if (progress.Download is { } done)
            {
                if (done.Files == done.AllFiles)
                    Write($"{done.AllFiles} packages, {done.AllBytes >> 20} MiB");
            }
            else if (progress.Text.Length > 0)
            {
                Write(progress.Text);
            }
        }
    }

    internal void Finish()
    {
        lock (gate)
            EndPhase();
    }

    private void EndPhase()
    {
        if (phase is { } ended)
            target.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ended}: {watch.Elapsed.TotalSeconds:F1} s"));
        phase = null;
    }

    private void Write(string text) => target.WriteLine($"  {text}");
}
