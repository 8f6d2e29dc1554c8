using System.Globalization;
using Zonix.Cli.Client;

namespace Zonix.Cli;

/// <summary>Times as docker's users write them: seconds since 1970, RFC 3339, or how long ago: 90s, 10m, 1h30m.</summary>
internal static class TimeText
{
    /// <summary>&amp;NAME=seconds; nothing for null.</summary>
    internal static string Query(string name, string? text)
    {
        if (text is null)
            return "";
        DateTimeOffset time;
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _))
            return $"&{name}={text}";
        if (TryReadSpan(text, out TimeSpan ago))
            time = DateTimeOffset.UtcNow - ago;
        else if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out time))
            throw new CommandException($"--{name}: \"{text}\": expected a time as 2026-01-31T12:00:00, or how long ago, as 10m");
        return string.Create(CultureInfo.InvariantCulture, $"&{name}={(time - DateTimeOffset.UnixEpoch).Ticks / (decimal)TimeSpan.TicksPerSecond:F7}");
    }

    /// <summary>Reads 1h30m, 45s, 200ms.</summary>
    internal static bool TryReadSpan(string text, out TimeSpan span)
    {
        span = default;
        int at = 0;
        while (at < text.Length)
        {
            int start = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
                at++;
            int unit = at;
            while (at < text.Length && char.IsAsciiLetter(text[at]))
                at++;
            double ms = text[unit..at] switch { "ms" => 1, "s" => 1000, "m" => 60_000, "h" => 3_600_000, "d" => 86_400_000, _ => 0 };
            if (ms == 0 || !double.TryParse(text.AsSpan(start, unit - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
                return false;
            span += TimeSpan.FromMilliseconds(number * ms);
        }

        return text.Length > 0;
    }
}
