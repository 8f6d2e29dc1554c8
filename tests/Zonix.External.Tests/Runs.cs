using Zonix.External.Running;

namespace Zonix.External.Tests;

/// <summary>Made-up runs of programs.</summary>
internal static class Runs
{
    internal static ProgramResult Of(string output, string error = "", int exitCode = 0, bool timedOut = false) =>
        new(output, error, exitCode, timedOut, TimeSpan.FromSeconds(1), []);
}
