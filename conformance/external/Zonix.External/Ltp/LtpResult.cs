namespace Zonix.External.Ltp;

/// <summary>The outcome of one test on one side, as it is stored.</summary>
internal sealed record LtpResult
{
    public required string Name { get; init; }

    public required Verdict Verdict { get; init; }

    public required int ExitCode { get; init; }

    /// <summary>Checks that passed, and so on: TPASS, TFAIL, TBROK, TCONF, TWARN.</summary>
    public required LtpCounts Counts { get; init; }

    public required double Seconds { get; init; }

    /// <summary>The line that tells first what is wrong; null for a test that passed.</summary>
    public string? Complaint { get; init; }

    /// <summary>Calls that the zone did not have, by name.</summary>
    public IReadOnlyList<string> MissingCalls { get; init; } = [];

    /// <summary>How often it was run until this came out; more than 1 marks a test that failed before it passed.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>What it was run on: the host's kernel or the build of the zone's program.</summary>
    public string Identity { get; init; } = "";
}
