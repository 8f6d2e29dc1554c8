using System.Globalization;

namespace Zonix.Api;

/// <summary>Lengths of time as Go writes them.</summary>
public static class Timespans
{
    /// <summary>Reads 1h30m, 45s, 200ms.</summary>
    public static bool TryRead(string text, out TimeSpan span)
    {
        ArgumentNullException.ThrowIfNull(text);
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
