namespace Zonix.External.Ltp;

/// <summary>One entry of a runtest file.</summary>
/// <param name="Name">Its tag.</param>
/// <param name="Line">The shell line that runs it.</param>
/// <param name="Area">The area of ours it belongs to.</param>
internal sealed record LtpTest(string Name, string Line, string Area)
{
    /// <summary>Whether its program has been installed there.</summary>
    internal bool IsIn(string install) => File.Exists(Path.Combine(install, "testcases", "bin", Line.Split([' ', '\t'], 2)[0]));
}
