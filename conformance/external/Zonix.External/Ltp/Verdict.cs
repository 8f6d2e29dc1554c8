namespace Zonix.External.Ltp;

/// <summary>What a run of a test amounts to.</summary>
internal enum Verdict
{
    /// <summary>Exit code 0 and at least one TPASS.</summary>
    Passed,

    /// <summary>A TFAIL, or a bad exit code without any other sign.</summary>
    Failed,

    /// <summary>A TBROK or TWARN: the test could not do its work.</summary>
    Broken,

    /// <summary>Only TCONF: the test says that it does not fit this machine.</summary>
    Skipped,

    /// <summary>Killed at its limit.</summary>
    TimedOut,

    /// <summary>Ended without any result.</summary>
    Crashed,
}
