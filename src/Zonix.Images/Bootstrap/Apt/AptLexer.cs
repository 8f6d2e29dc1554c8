using System.Text;

namespace Zonix.Images.Bootstrap.Apt;

/// <summary>Divides an apt.conf(5) into words, braces and semicolons.</summary>
internal static class AptLexer
{
    public static IEnumerable<AptToken> Read(string text, string name)
    {
        for (int at = 0; at < text.Length;)
        {
            char c = text[at];
            if (char.IsWhiteSpace(c))
                at++;
            else if (IsComment(text, at))
                at = EndOfLine(text, at);
            else if (text.AsSpan(at).StartsWith("/*", StringComparison.Ordinal))
                at = text.IndexOf("*/", at + 2, StringComparison.Ordinal) is var close and >= 0 ? close + 2 : text.Length;
            else if (c is '{' or '}' or ';')
                yield return new AptToken(Kind(text[at++]));
            else
                yield return new AptToken(AptTokenKind.Word, c == '"' ? ReadQuoted(text, name, ref at) : ReadWord(text, ref at));
        }
    }

    // '#' begins a comment, but for the directives #clear and #include.
    private static bool IsComment(string text, int at) =>
        text.AsSpan(at).StartsWith("//", StringComparison.Ordinal)
        || (text[at] == '#' && !text.AsSpan(at).StartsWith("#clear", StringComparison.Ordinal));

    private static int EndOfLine(string text, int at) => text.IndexOf('\n', at) is var feed and >= 0 ? feed : text.Length;

    private static AptTokenKind Kind(char c) => c switch { '{' => AptTokenKind.Open, '}' => AptTokenKind.Close, _ => AptTokenKind.End };

    private static string ReadQuoted(string text, string name, ref int at)
    {
        var word = new StringBuilder();
        for (int i = at + 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                at = i + 1;
                return word.ToString();
            }
            if (text[i] == '\\' && i + 1 < text.Length)
                i++;
            word.Append(text[i]);
        }
        throw new BootstrapException($"{name}: a quotation mark without its second");
    }

    private static string ReadWord(string text, ref int at)
    {
        int start = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not ('{' or '}' or ';' or '"'))
            at++;
        return text[start..at];
    }
}
