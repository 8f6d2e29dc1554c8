using Zonix.Zones.Streams;

namespace Zonix.Zones.Logs;

/// <summary>A line of a zone's log, with its end of line if it has one.</summary>
/// <param name="Kind">The stream it was written to.</param>
/// <param name="Time">When.</param>
/// <param name="Text">The line.</param>
public readonly record struct LogEntry(OutputKind Kind, DateTimeOffset Time, string Text);
