using System.IO.Enumeration;

namespace Zonix.External;

/// <summary>Names with *, ? and [abc] or [a-c].</summary>
internal static class Glob
{
    internal static bool Matches(string pattern, string name)
    {
        int open = pattern.IndexOf('[', StringComparison.Ordinal);
        int close = open < 0 ? -1 : pattern.IndexOf(']', open);
        if (close < 0)
        {
            return FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
        }

        string set = pattern[(open + 1)..close];
        for (int i = 0; i < set.Length; i++)
        {
            char last = i + 2 < set.Length && set[i + 1] == '-' ? set[i + 2] : set[i];
            for (char c = set[i]; c <= last; c++)
            {
                if (Matches(pattern[..open] + c + pattern[(close + 1)..], name))
                {
                    return true;
                }
            }

            i += last == set[i] ? 0 : 2;
        }

        return false;
    }
}
