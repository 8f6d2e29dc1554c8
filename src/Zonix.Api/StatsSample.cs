using Zonix.Zones.Life;

namespace Zonix.Api;

/// <summary>What a zone used at a time.</summary>
internal sealed record StatsSample(DateTimeOffset Time, ZoneUsage Usage);
