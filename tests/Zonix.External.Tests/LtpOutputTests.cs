using Zonix.External.Ltp;

namespace Zonix.External.Tests;

/// <summary>Results of LTP are read from both of its libraries' output.</summary>
public sealed class LtpOutputTests
{
    [Fact]
    public void Summary_of_the_new_library_counts()
    {
        LtpResult result = LtpOutput.Read("fork01", Runs.Of("", """
            fork01.c:45: TPASS: correct child status returned 42
            fork01.c:48: TPASS: child_pid == pid (31896)

            Summary:
            passed   2
            failed   0
            broken   0
            skipped  1
            warnings 0
            """));
        Assert.Equal(Verdict.Passed, result.Verdict);
        Assert.Equal(new LtpCounts(2, 0, 0, 1, 0), result.Counts);
        Assert.Null(result.Complaint);
    }

    [Fact]
    public void Lines_of_the_old_library_count()
    {
        LtpResult result = LtpOutput.Read("exit01", Runs.Of("""
            exit01      1  TPASS  :  exit() test PASSED
            exit01      2  TFAIL  :  exit01.c:62: fork() failed
            """, exitCode: 1));
        Assert.Equal(Verdict.Failed, result.Verdict);
        Assert.Equal(new LtpCounts(1, 1, 0, 0, 0), result.Counts);
        Assert.Equal("exit01      2  TFAIL  :  exit01.c:62: fork() failed", result.Complaint);
    }

    [Fact]
    public void Success_without_a_pass_is_no_pass()
    {
        Assert.Equal(Verdict.Crashed, LtpOutput.Read("x", Runs.Of("Time: 38.3\n")).Verdict);
        Assert.Equal(Verdict.Skipped, LtpOutput.Read("x", Runs.Of("tst_test.c:1415: TCONF: not for this machine\n", exitCode: 32)).Verdict);
    }

    [Fact]
    public void A_pass_with_a_bad_exit_code_is_no_pass() =>
        Assert.Equal(Verdict.Failed, LtpOutput.Read("x", Runs.Of("x.c:1: TPASS: well\n", exitCode: 139)).Verdict);

    [Fact]
    public void A_run_that_was_killed_timed_out_whatever_it_said()
    {
        LtpResult result = LtpOutput.Read("x", Runs.Of("x.c:1: TPASS: well\nx.c:2: TFAIL: ill\n", exitCode: 137, timedOut: true));
        Assert.Equal(Verdict.TimedOut, result.Verdict);
        Assert.EndsWith("x.c:2: TFAIL: ill", result.Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_calls_are_taken_from_the_zones_statistics()
    {
        LtpResult result = LtpOutput.Read("x", Runs.Of("", "x.c:1: TBROK: fork(): ENOSYS (38)\ntranslated: 1 blocks\nshared: 1 units\nmissing call: rseq, 1 times\n", exitCode: 2));
        Assert.Equal(Verdict.Broken, result.Verdict);
        Assert.Equal(["rseq"], result.MissingCalls);
    }

    [Fact]
    public void Random_names_do_not_get_into_complaints() =>
        Assert.Equal("x.c:1: TFAIL: open(/tmp/LTP/f)",
            LtpOutput.Read("x", Runs.Of("x.c:1: TFAIL: open(/tmp/zonix-external/1-x/LTP_xAbcDe/f)\n", exitCode: 1)).Complaint);

    [Fact]
    public void Folders_of_the_build_do_not_get_into_complaints() =>
        Assert.Equal("mq.h:51: TBROK: mq_open(/test_mqueue_3) failed",
            LtpOutput.Read("x", Runs.Of("/home/me/ltp/mq_notify/../utils/mq.h:51: TBROK: mq_open(/test_mqueue_3) failed\n", exitCode: 2)).Complaint);
}
