using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Zonix.Cli.Client;

namespace Zonix.Cli.Templates;

/// <summary>Splits the action between {{ and }} into words.</summary>
internal sealed class TokenReader
{
    private readonly string text;
    private int at;

    internal TokenReader(string text)
    {
        this.text = text;
        Next = Read();
    }

    /// <summary>The word that comes.</summary>
    internal Token Next { get; private set; }

    /// <summary>Takes the word that comes.</summary>
    internal Token Take()
    {
        Token taken = Next;
        Next = Read();
        return taken;
    }

    /// <summary>Takes this mark or word if it comes.</summary>
    internal bool TryTake(string mark)
    {
        if (!Next.Is(mark))
            return false;
        Take();
        return true;
    }

    /// <summary>Takes this mark or word, which has to come.</summary>
    internal void Expect(string mark)
    {
        if (!TryTake(mark))
            throw Error($"expected {mark}{(Next.Kind == TokenKind.End ? "" : $" in place of {Next.Text}")}");
    }

    internal CommandException Error(string what) => new($"template: \"{{{{{text}}}}}\": {what}");

    private Token Read()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        if (at == text.Length)
            return new Token(TokenKind.End, "", []);
        char first = text[at];
        if (first == '.' && !(at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            return ReadDot();
        if (first == '$')
        {
            int start = at++;
            return new Token(TokenKind.Variable, Name(start), Members());
        }

        if (first is '"' or '`' or '\'')
            return new Token(TokenKind.Literal, "", [], Quoted(first));
        if (char.IsAsciiDigit(first) || (first is '-' or '+' or '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            return Number();
        if (char.IsAsciiLetter(first) || first == '_')
            return Word();
        string mark = text.AsSpan(at).StartsWith(":=", StringComparison.Ordinal) ? ":=" : first is '(' or ')' or '|' or ',' or '='
            ? first.ToString() : throw Error($"unexpected {first}");
        at += mark.Length;
        return new Token(TokenKind.Mark, mark, mark == ")" ? Members() : []);
    }

    private Token ReadDot()
    {
        if (at + 1 < text.Length && IsOfName(text[at + 1]))
            return new Token(TokenKind.Dot, ".", Members());
        at++;
        return new Token(TokenKind.Dot, ".", []);
    }

    private string[] Members()
    {
        var names = new List<string>();
        while (at + 1 < text.Length && text[at] == '.' && IsOfName(text[at + 1]))
        {
            at++;
            names.Add(Name(at));
        }

        return [.. names];
    }

    private static bool IsOfName(char letter) => char.IsLetterOrDigit(letter) || letter == '_';

    private string Name(int start)
    {
        while (at < text.Length && IsOfName(text[at]))
            at++;
        return text[start..at];
    }

    private Token Word()
    {
        string word = Name(at);
        return word switch
        {
            "true" or "false" => new Token(TokenKind.Literal, word, [], JsonValue.Create(word == "true")),
            "nil" => new Token(TokenKind.Literal, word, []),
            _ => new Token(TokenKind.Word, word, []),
        };
    }

    private Token Number()
    {
        int start = at++;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '.'))
            at++;
        string digits = text[start..at];
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
            return new Token(TokenKind.Literal, digits, [], JsonValue.Create(whole));
        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? new Token(TokenKind.Literal, digits, [], JsonValue.Create(number)) : throw Error($"bad number: {digits}");
    }

    private JsonValue Quoted(char quote)
    {
        var value = new StringBuilder();
        for (at++; at < text.Length && text[at] != quote; at++)
        {
            if (text[at] != '\\' || quote == '`' || at + 1 == text.Length)
            {
                value.Append(text[at]);
                continue;
            }

            at++;
            value.Append(text[at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '0' => '\0', var other => other });
        }

        if (at == text.Length)
            throw Error($"{quote} is missing");
        at++;
        return JsonValue.Create(value.ToString());
    }
}
