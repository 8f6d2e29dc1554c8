using System.Diagnostics;

namespace Zonix.Zones.Tests;

/// <summary>gcc, for programs that run in zones.</summary>
internal static class GuestCompiler
{
    /// <summary>Runs it; false when it is not installed.</summary>
    internal static bool TryRun(params IEnumerable<string> arguments)
    {
        try
        {
            using Process gcc = Process.Start("gcc", arguments);
            gcc.WaitForExit();
            Assert.Equal(0, gcc.ExitCode);
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Makes a static program of a file of the folder programs; false when there is no gcc.</summary>
    internal static bool TryCompile(string source, string program) =>
        TryRun("-O1", "-static", "-o", program, Path.Combine(AppContext.BaseDirectory, "programs", source));
}
