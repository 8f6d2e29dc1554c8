using System.Text;
using CsCheck;
using Zonix.Zones.Logs;
using Zonix.Zones.Streams;

namespace Zonix.Zones.Tests.Life;

/// <summary>Logs keep all lines, whole, within their limits.</summary>
public sealed class JsonFileLogTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("zonix-log-").FullName;

    private string LogFile => Path.Combine(folder, "log");

    [Fact]
    public void What_was_written_is_read_whatever_its_pieces()
    {
        Gen.Char['\u0001', '\u2fff'].Array[0, 60].Select(chars => new string(chars).Replace("\r", "", StringComparison.Ordinal)).Array[0, 12].Sample(
            lines =>
            {
                File.Delete(LogFile);
                using var log = new JsonFileLog(LogFile, 0, 1);
                log.Open();
                foreach (string line in lines)
                {
                    byte[] bytes = Encoding.UTF8.GetBytes(line.Replace("\n", " ", StringComparison.Ordinal) + "\n");
                    log.WriteAsync(OutputKind.Output, bytes.AsMemory(0, bytes.Length / 2)).AsTask().GetAwaiter().GetResult();
                    log.WriteAsync(OutputKind.Output, bytes.AsMemory(bytes.Length / 2)).AsTask().GetAwaiter().GetResult();
                }

                log.Complete();
                string read = string.Concat(log.ReadAsync(new LogQuery()).ToBlockingEnumerable().Select(entry => entry.Text));
                return read == string.Concat(lines.Select(line => line.Replace("\n", " ", StringComparison.Ordinal) + "\n"));
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public async Task The_last_lines_and_those_of_a_time_can_be_had()
    {
        using var log = new JsonFileLog(LogFile, 0, 1);
        log.Open();
        await WriteAsync(log, "a\nb\n");
        DateTimeOffset between = DateTimeOffset.UtcNow;
        while (DateTimeOffset.UtcNow == between)
            await Task.Yield();
        await WriteAsync(log, "c\nd\n");
        log.Complete();
        Assert.Equal("c d", await TextAsync(log, new LogQuery { Tail = 2 }));
        Assert.Equal("", await TextAsync(log, new LogQuery { Tail = 0 }));
        Assert.Equal("c d", await TextAsync(log, new LogQuery { Since = between.AddTicks(1) }));
        Assert.Equal("a b", await TextAsync(log, new LogQuery { Until = between }));
        Assert.Equal("", await TextAsync(log, new LogQuery { WantsOutput = false }));
    }

    [Fact]
    public async Task A_log_stays_within_its_limits_and_keeps_the_last_lines()
    {
        using var log = new JsonFileLog(LogFile, 1000, 3);
        log.Open();
        for (int i = 0; i < 200; i++)
            await WriteAsync(log, $"line {i}\n");
        log.Complete();
        Assert.Equal(3, Directory.GetFiles(folder).Length);
        Assert.All(Directory.GetFiles(folder), file => Assert.InRange(new FileInfo(file).Length, 1, 1000));
        Assert.EndsWith("line 198 line 199", await TextAsync(log, new LogQuery()), StringComparison.Ordinal);
        log.Delete();
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task Who_follows_sees_all_lines_once_over_changes_of_files()
    {
        using var log = new JsonFileLog(LogFile, 2000, 50);
        log.Open();
        await WriteAsync(log, "0\n");
        var seen = new List<string>();
        var begun = new TaskCompletionSource();
        Task reader = Task.Run(async () =>
        {
            await foreach (LogEntry entry in log.ReadAsync(new LogQuery { Follows = true }))
            {
                seen.Add(entry.Text.TrimEnd());
                begun.TrySetResult();
            }
        });
        await begun.Task;
        for (int i = 1; i < 500; i++)
            await WriteAsync(log, $"{i}\n");
        log.Complete();
        await reader.WaitAsync(Workbench.Patience);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), seen);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static ValueTask WriteAsync(JsonFileLog log, string text) => log.WriteAsync(OutputKind.Output, Encoding.UTF8.GetBytes(text));

    private static async Task<string> TextAsync(JsonFileLog log, LogQuery query)
    {
        var lines = new List<string>();
        await foreach (LogEntry entry in log.ReadAsync(query))
            lines.Add(entry.Text.TrimEnd());
        return string.Join(' ', lines);
    }
}
