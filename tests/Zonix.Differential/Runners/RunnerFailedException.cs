namespace Zonix.Differential;

/// <summary>A runner has died or does not answer; its batch has no result.</summary>
public sealed class RunnerFailedException(string message, Exception? cause = null) : Exception(message, cause);
