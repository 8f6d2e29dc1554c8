using System.Text.RegularExpressions;

namespace Zonix.External.Python;

/// <summary>Reads the lines of python/methods.py.</summary>
internal sealed partial class MethodOutput
{
    private MethodOutput()
    {
    }

    internal Dictionary<string, MethodResult> Ended { get; } = [];

    /// <summary>The method that was begun last and did not end.</summary>
    internal string? Open { get; private set; }

    /// <summary>Whether the whole module was gone through.</summary>
    internal bool Complete { get; private set; }

    internal static MethodOutput Read(string text)
    {
        MethodOutput output = new();
        foreach (Match match in Line().Matches(text))
        {
            string kind = match.Groups[1].Value;
            string id = match.Groups[2].Value;
            switch (kind)
            {
                case "start":
                    output.Open = id;
                    break;
                case "end":
                    output.Complete = true;
                    break;
                default:
                    // A method with parts that fail says so more than once, and then that it is well as a whole or not at all.
                    if (!output.Ended.TryGetValue(id, out MethodResult? earlier) || earlier.Kind is "ok" or "skip")
                    {
                        output.Ended[id] = new MethodResult(kind, match.Groups[3].Value);
                    }

                    output.Open = output.Open == id ? null : output.Open;
                    break;
            }
        }

        return output;
    }

    [GeneratedRegex(@"@@ (start|ok|skip|fail|error|end)\t([^\t\n]*)\t([^\n]*)\n")]
    private static partial Regex Line();
}
