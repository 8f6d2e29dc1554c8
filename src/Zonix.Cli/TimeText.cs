using System.Globalization;
using Zonix.Api;
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
        if (Timespans.TryRead(text, out TimeSpan ago))
            time = DateTimeOffset.UtcNow - ago;
        else if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out time))
            throw new CommandException($"--{name}: \"{text}\": expected a time as 2026-01-31T12:00:00, or how long ago, as 10m");
        return string.Create(CultureInfo.InvariantCulture, $"&{name}={(time - DateTimeOffset.UnixEpoch).Ticks / (decimal)TimeSpan.TicksPerSecond:F7}");
    }
}
