namespace Zonix.External.Stress;

/// <summary>One run of a stressor on one side.</summary>
/// <param name="OperationsPerSecond">Its "bogo operations" a second of real time.</param>
/// <param name="Left">Processes that were still there when the stressor had ended, the shell not counted.</param>
/// <param name="GrowthKiB">
/// How much more memory the machine held in the last quarter of the run than in the second quarter; null for a run too short.
/// </param>
/// <param name="Complaint">What went wrong, in one line.</param>
internal sealed record StressRun(
    StressOutcome Outcome, double OperationsPerSecond, int Left, long? GrowthKiB, long PeakKiB, string? Complaint, IReadOnlyList<string> MissingCalls);
