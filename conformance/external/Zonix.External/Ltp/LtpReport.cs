using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Zonix.External.Running;

namespace Zonix.External.Ltp;

/// <summary>Compares what the two sides gave.</summary>
internal sealed class LtpReport
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<Row> rows;
    private readonly AreaList areas;
    private readonly Expectations expectations;

    internal LtpReport(
        IReadOnlyList<LtpTest> tests,
        AreaList areas,
        ResultStore<LtpResult> native,
        ResultStore<LtpResult> zone,
        Expectations expectations)
    {
        rows = [.. tests.Select(test => new Row(test, native[test.Name], zone[test.Name])).Where(row => row.Native is not null)];
        this.areas = areas;
        this.expectations = expectations;
    }

    private IEnumerable<Row> Missing => rows.Where(row => row.PassesNatively && !row.PassesInZone);

    internal string Table()
    {
        StringBuilder text = new("| area | tests | pass natively | of these in the zone | ratio |\n|---|--:|--:|--:|--:|\n");
        foreach (IGrouping<string, Row> area in rows.GroupBy(row => row.Test.Area))
        {
            Add(text, area.Key, [.. area]);
        }

        Add(text, "all", rows);
        return text.ToString();
    }

    internal string Markdown() => Markdown("""
            # Linux Test Project

            Made by `conformance/external/run ltp`, which runs each test natively and in a zone. A test passes with exit code 0 and at
            least one TPASS; those that only say TCONF (not for this machine) are not counted. Areas: `conformance/external/ltp/areas.txt`;
            reasons: [ltp-expectations.txt](ltp-expectations.txt).
            """);

    internal string MarkdownOfI386() => Markdown("""
            # Linux Test Project, built for i386

            Made by `conformance/external/run ltp --abi i386`, which runs the tests of system calls, built with `-m32`, in a zone. Kernels of
            today's machines often run no such programs: the yardstick is what passes natively when it is built for x86-64. The rest is as for
            [x86-64](ltp.md); reasons: [ltp-i386-expectations.txt](ltp-i386-expectations.txt).
            """);

    private string Markdown(string introduction)
    {
        StringBuilder text = new($"""
            {introduction}

            {Table()}
            ## Pass natively, not in a zone

            | test | area | first complaint | reason |
            |---|---|---|---|

            """);
        foreach (Row row in Missing)
        {
            string complaint = row.Zone is null ? "not run" : $"{row.Zone.Verdict}: {row.Zone.Complaint}";
            text.Append($"| {row.Test.Name} | {row.Test.Area} | {Cell(complaint)} | {Cell(expectations.Reason(row.Test.Name))} |\n");
        }

        List(text, "Passed in a zone only when run again", rows.Where(row => row.PassesInZone && row.Zone!.Attempts > 1));
        List(text, "Pass in a zone, not natively", rows.Where(row => row.PassesInZone && !row.PassesNatively));
        text.Append("\n## Not counted: do not pass natively\n\n");
        foreach (IGrouping<Verdict, Row> verdict in rows.Where(row => !row.PassesNatively).GroupBy(row => row.Native!.Verdict).OrderBy(group => group.Key))
        {
            text.Append($"- {verdict.Key}: {string.Join(' ', verdict.Select(row => row.Test.Name))}\n");
        }

        text.Append("\n## Never run\n\n");
        foreach (IGrouping<string, (string Glob, string Reason)> reason in areas.Excluded.GroupBy(entry => entry.Reason))
        {
            text.Append($"- {reason.Key}: {string.Join(' ', reason.Select(entry => $"`{entry.Glob}`"))}\n");
        }

        string[] unneeded = [.. expectations.Unneeded([.. Missing.Select(row => row.Test.Name)])];
        if (unneeded.Length > 0)
        {
            text.Append($"\nExpectations that nothing needs any more: {string.Join(' ', unneeded.Select(glob => $"`{glob}`"))}\n");
        }

        return text.ToString();
    }

    internal string Json()
    {
        JsonArray tests = [];
        foreach (Row row in rows)
        {
            tests.Add(new JsonObject
            {
                ["name"] = row.Test.Name,
                ["area"] = row.Test.Area,
                ["native"] = row.Native!.Verdict.ToString(),
                ["native_s"] = row.Native.Seconds,
                ["zone"] = row.Zone?.Verdict.ToString(),
                ["zone_s"] = row.Zone?.Seconds,
                ["complaint"] = row.Zone?.Complaint,
                ["missing_calls"] = new JsonArray([.. (row.Zone?.MissingCalls ?? []).Select(call => JsonValue.Create(call))]),
                ["reason"] = expectations.Reason(row.Test.Name),
            });
        }

        return new JsonObject { ["tests"] = tests }.ToJsonString(Format);
    }

    private static void Add(StringBuilder text, string name, IReadOnlyCollection<Row> rows)
    {
        int native = rows.Count(row => row.PassesNatively);
        int both = rows.Count(row => row.PassesNatively && row.PassesInZone);
        text.Append($"| {name} | {rows.Count} | {native} | {both} | {(native == 0 ? "" : $"{100.0 * both / native:F0} %")} |\n");
    }

    private static void List(StringBuilder text, string title, IEnumerable<Row> rows)
    {
        string names = string.Join(' ', rows.Select(row => row.Test.Name));
        if (names.Length > 0)
        {
            text.Append($"\n## {title}\n\n{names}\n");
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    private sealed record Row(LtpTest Test, LtpResult? Native, LtpResult? Zone)
    {
        internal bool PassesNatively => Native?.Verdict == Verdict.Passed;

        internal bool PassesInZone => Zone?.Verdict == Verdict.Passed;
    }
}
