using System.Text;
using System.Text.Json;
using Zonix.Zones.Streams;

namespace Zonix.Zones.Logs;

/// <summary>Reads the lines of a log file that may still be written to. A line that makes no sense is passed over.</summary>
internal sealed class LogFileReader(FileStream file)
{
    private byte[] buffer = new byte[8192];
    private int start, end;

    /// <summary>The next whole line; false when there is none yet.</summary>
    internal bool TryRead(out LogEntry entry)
    {
        while (true)
        {
            int length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length < 0)
            {
                entry = default;
                if (!Fill())
                    return false;
                continue;
            }

            ReadOnlySpan<byte> line = buffer.AsSpan(start, length);
            start += length + 1;
            if (TryParse(line, out entry))
                return true;
        }
    }

    /// <summary>Leaves the part of a line that is there for another reader of the same file.</summary>
    internal void StepBack()
    {
        file.Seek(start - end, SeekOrigin.Current);
        start = end = 0;
    }

    private bool Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        if (end == buffer.Length)
            Array.Resize(ref buffer, buffer.Length * 2);
        int n = file.Read(buffer, end, buffer.Length - end);
        end += n;
        return n > 0;
    }

    private static bool TryParse(ReadOnlySpan<byte> line, out LogEntry entry)
    {
        entry = default;
        string? text = null;
        DateTimeOffset time = default;
        OutputKind kind = OutputKind.Output;
        try
        {
            var reader = new Utf8JsonReader(line);
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                if (reader.ValueTextEquals("log"u8) && reader.Read())
                    text = reader.GetString();
                else if (reader.ValueTextEquals("stream"u8) && reader.Read())
                    kind = reader.ValueTextEquals("stderr"u8) ? OutputKind.Error : OutputKind.Output;
                else if (reader.ValueTextEquals("time"u8) && reader.Read())
                    time = reader.GetDateTimeOffset();
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or DecoderFallbackException)
        {
            return false;
        }

        if (text is null)
            return false;
        entry = new LogEntry(kind, time, text);
        return true;
    }
}
