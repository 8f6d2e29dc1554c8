using System.Text;
using Zonix.Zones.Streams;

namespace Zonix.Zones.Tests.Life;

/// <summary>Keeps what a program writes.</summary>
internal sealed class Recorder : IOutputSink
{
    private readonly Lock gate = new();
    private readonly StringBuilder output = new(), error = new();
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task Done => done.Task.WaitAsync(Workbench.Patience);

    internal string Output
    {
        get
        {
            lock (gate)
                return output.ToString();
        }
    }

    internal string Error
    {
        get
        {
            lock (gate)
                return error.ToString();
        }
    }

    public ValueTask WriteAsync(OutputKind kind, ReadOnlyMemory<byte> bytes)
    {
        lock (gate)
        {
            (kind == OutputKind.Error ? error : output).Append(Encoding.UTF8.GetString(bytes.Span));
            news.TrySetResult();
            news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return ValueTask.CompletedTask;
    }

    public void Complete() => done.TrySetResult();

    internal async Task UntilAsync(string text)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (output.ToString().Contains(text, StringComparison.Ordinal))
                    return;
                next = news.Task;
            }

            await next.WaitAsync(Workbench.Patience);
        }
    }
}
