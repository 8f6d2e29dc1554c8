namespace Zonix.Zones.Life;

/// <summary>What is known of whether a zone works.</summary>
/// <param name="Status">starting, healthy or unhealthy.</param>
/// <param name="FailingStreak">How many checks in a row have failed.</param>
/// <param name="Log">The last checks, the oldest first.</param>
public sealed record HealthState(string Status, int FailingStreak, IReadOnlyList<HealthProbe> Log);
