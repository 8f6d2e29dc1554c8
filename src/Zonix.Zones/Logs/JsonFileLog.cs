using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Zonix.Zones.Streams;

namespace Zonix.Zones.Logs;

/// <summary>
/// A zone's log: a file with one JSON object a line, in the format of docker's json-file driver, with files of earlier lines beside
/// it (.1, .2, ...) when it has grown to its limit.
/// </summary>
internal sealed class JsonFileLog : IOutputSink, IDisposable
{
    // As docker: a line that is longer is cut into parts.
    private const int MaxPart = 16 << 10;

    private static readonly JsonEncodedText LogName = JsonEncodedText.Encode("log"), StreamName = JsonEncodedText.Encode("stream");
    private static readonly JsonEncodedText TimeName = JsonEncodedText.Encode("time");

    private readonly Lock gate = new();
    private readonly string path;
    private readonly long maxSize;
    private readonly int maxFiles;
    private readonly ArrayBufferWriter<byte> line = new();
    private readonly ArrayBufferWriter<byte>[] held = [new(), new(), new()];
    private FileStream? file;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool isWriting;
    private long rotations;

    internal JsonFileLog(string path, long maxSize, int maxFiles)
    {
        this.path = path;
        this.maxSize = maxSize;
        this.maxFiles = Math.Max(1, maxFiles);
    }

    /// <summary>A program begins to write.</summary>
    internal void Open()
    {
        lock (gate)
            isWriting = true;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(OutputKind kind, ReadOnlyMemory<byte> bytes)
    {
        lock (gate)
        {
            ArrayBufferWriter<byte> rest = held[(int)kind];
            ReadOnlySpan<byte> span = bytes.Span;
            while (!span.IsEmpty)
            {
                int end = span.IndexOf((byte)'\n');
                int length = Math.Min(end < 0 ? span.Length : end + 1, MaxPart - rest.WrittenCount);
                rest.Write(span[..length]);
                bool isWhole = span[length - 1] == (byte)'\n' || rest.WrittenCount == MaxPart;
                span = span[length..];
                if (isWhole)
                    Flush(kind, rest);
            }

            file?.Flush();
        }

        Tell();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Complete()
    {
        lock (gate)
        {
            Flush(OutputKind.Output, held[(int)OutputKind.Output]);
            Flush(OutputKind.Error, held[(int)OutputKind.Error]);
            isWriting = false;
            file?.Dispose();
            file = null;
        }

        Tell();
    }

    /// <summary>Reads lines; while it is written to, and the query follows, those to come.</summary>
    internal async IAsyncEnumerable<LogEntry> ReadAsync(LogQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        List<FileStream> files = OpenAll(out long generation);
        try
        {
            foreach (LogEntry entry in ReadOld(files, query))
                yield return entry;
            LogFileReader reader = new(files[^1]);
            while (query.Follows && (query.Until is null || query.Until > DateTimeOffset.UtcNow))
            {
                // What is asked before the file is read: nothing that comes in between is missed.
                bool goesOn = Watch(out Task news, out long newest);
                while (reader.TryRead(out LogEntry entry))
                {
                    if (Wants(query, entry))
                        yield return entry;
                }

                if (newest != generation)
                {
                    if (OpenGeneration(++generation) is not { } next)
                        break;
                    files.Add(next);
                    reader = new LogFileReader(next);
                }
                else if (!goesOn)
                {
                    break;
                }
                else
                {
                    await news.WaitAsync(cancellation).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            foreach (FileStream stream in files)
                await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static IEnumerable<LogEntry> ReadOld(List<FileStream> files, LogQuery query)
    {
        var window = new Queue<LogEntry>();
        foreach (FileStream file in files)
        {
            var reader = new LogFileReader(file);
            while (reader.TryRead(out LogEntry entry))
            {
                if (!Wants(query, entry))
                    continue;
                if (query.Tail is not { } tail)
                    yield return entry;
                else if (tail > 0)
                    window.Enqueue(entry);
                if (window.Count > query.Tail)
                    window.Dequeue();
            }

            reader.StepBack();
        }

        while (window.TryDequeue(out LogEntry entry))
            yield return entry;
    }

    /// <summary>Takes all its files away.</summary>
    internal void Delete()
    {
        lock (gate)
        {
            file?.Dispose();
            file = null;
            foreach (string name in Names())
                File.Delete(name);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            file?.Dispose();
            file = null;
        }
    }

    private static bool Wants(LogQuery query, in LogEntry entry) =>
        (entry.Kind == OutputKind.Error ? query.WantsError : query.WantsOutput) && !(entry.Time < query.Since) && !(entry.Time > query.Until);

    private static FileStream OpenFile(string name) =>
        new(name, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4096);

    private IEnumerable<string> Names()
    {
        yield return path;
        for (int i = 1; i < maxFiles || File.Exists($"{path}.{i}"); i++)
            yield return $"{path}.{i}";
    }

    // Oldest first; the last one is that of the generation.
    private List<FileStream> OpenAll(out long generation)
    {
        lock (gate)
        {
            generation = rotations;
            return [.. Names().Reverse().Where(name => name == path || File.Exists(name)).Select(OpenFile)];
        }
    }

    // Files are put aside one place further with each rotation.
    private FileStream? OpenGeneration(long generation)
    {
        lock (gate)
        {
            string name = generation == rotations ? path : $"{path}.{rotations - generation}";
            return generation == rotations || File.Exists(name) ? OpenFile(name) : OpenFile(path);
        }
    }

    private bool Watch(out Task news, out long generation)
    {
        lock (gate)
        {
            news = changed.Task;
            generation = rotations;
            return isWriting;
        }
    }

    private void Flush(OutputKind kind, ArrayBufferWriter<byte> text)
    {
        if (text.WrittenCount == 0)
            return;
        line.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(line, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            writer.WriteString(LogName, Encoding.UTF8.GetString(text.WrittenSpan));
            writer.WriteString(StreamName, kind == OutputKind.Error ? "stderr"u8 : "stdout"u8);
            writer.WriteString(TimeName, DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture));
            writer.WriteEndObject();
        }

        text.ResetWrittenCount();
        line.Write("\n"u8);
        if (file is null)
            file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 4096);
        if (maxSize > 0 && file.Length > 0 && file.Length + line.WrittenCount > maxSize)
            Rotate();
        file.Write(line.WrittenSpan);
    }

    private void Rotate()
    {
        file!.Dispose();
        rotations++;
        for (int i = maxFiles - 1; i > 0; i--)
        {
            string from = i == 1 ? path : $"{path}.{i - 1}";
            if (File.Exists(from))
                File.Move(from, $"{path}.{i}", overwrite: true);
        }

        file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 4096);
    }

    private void Tell()
    {
        TaskCompletionSource told = Interlocked.Exchange(ref changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        told.TrySetResult();
    }
}
