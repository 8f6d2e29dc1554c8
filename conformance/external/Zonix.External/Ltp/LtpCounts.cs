namespace Zonix.External.Ltp;

/// <summary>How many results of each kind a test reported.</summary>
internal readonly record struct LtpCounts(int Passed, int Failed, int Broken, int Skipped, int Warnings)
{
    internal bool Any => Passed + Failed + Broken + Skipped + Warnings > 0;
}
