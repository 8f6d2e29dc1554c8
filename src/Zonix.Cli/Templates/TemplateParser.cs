using System.Text.Json.Nodes;
using Zonix.Cli.Client;

namespace Zonix.Cli.Templates;

/// <summary>Makes a template into what fills it in.</summary>
internal sealed class TemplateParser(string text)
{
    private int at;
    private TokenReader? ending;

    internal Action<Scope> Parse()
    {
        Action<Scope> body = Body();
        return ending is null ? body : throw ending.Error($"unexpected {ending.Next.Text}");
    }

    // Up to end or else, which is in "ending" then, or to the end of the text.
    private Action<Scope> Body()
    {
        var steps = new List<Action<Scope>>();
        ending = null;
        bool trims = false;
        while (ending is null && at < text.Length)
        {
            int open = text.IndexOf("{{", at, StringComparison.Ordinal);
            string plain = open < 0 ? text[at..] : text[at..open];
            int start = open + 2, close = open < 0 ? -1 : End(start);
            bool trimsBefore = close >= 0 && text.AsSpan(start).StartsWith("- ", StringComparison.Ordinal), trimsAfter = close >= 0 && text[..close].EndsWith(" -", StringComparison.Ordinal);
            plain = trims ? plain.TrimStart() : plain;
            plain = trimsBefore ? plain.TrimEnd() : plain;
            if (plain.Length > 0)
                steps.Add(scope => scope.Output.Append(plain));
            at = open < 0 ? text.Length : close + 2;
            trims = trimsAfter;
            if (close >= 0 && Action(text[(trimsBefore ? start + 1 : start)..(trimsAfter ? close - 1 : close)].Trim()) is { } step)
                steps.Add(step);
        }

        return scope =>
        {
            int depth = scope.Depth;
            foreach (Action<Scope> step in steps)
                step(scope);
            scope.Leave(depth);
        };
    }

    // A text within the action can hold what ends it.
    private int End(int start)
    {
        char quote = '\0';
        for (int i = start; i < text.Length; i++)
        {
            if (quote != '\0')
            {
                if (text[i] == '\\' && quote != '`')
                    i++;
                else if (text[i] == quote)
                    quote = '\0';
            }
            else if (text[i] is '"' or '`')
            {
                quote = text[i];
            }
            else if (text[i] == '}' && i + 1 < text.Length && text[i + 1] == '}')
            {
                return i;
            }
        }

        throw new CommandException($"template \"{text}\": }}}} is missing");
    }

    private Action<Scope>? Action(string action)
    {
        if (action.StartsWith("/*", StringComparison.Ordinal))
            return null;
        var words = new TokenReader(action);
        switch (words.Next.Kind == TokenKind.Word ? words.Next.Text : "")
        {
            case "if":
                words.Take();
                return If(words);
            case "with":
                words.Take();
                return With(words);
            case "range":
                words.Take();
                return Range(words);
            case "end" or "else":
                ending = words;
                return null;
            case "define" or "template" or "block" or "break" or "continue":
                throw words.Error($"{words.Next.Text} is not known here");
        }

        (string? name, bool declares, Func<Scope, JsonNode?> value) = Statement(words);
        if (name is null)
            return scope => scope.Output.Append(Values.Show(value(scope)));
        return declares ? scope => scope.Declare(name, value(scope)) : scope => scope.Assign(name, value(scope));
    }

    private Action<Scope> If(TokenReader words)
    {
        (string? name, _, Func<Scope, JsonNode?> condition) = Statement(words);
        Action<Scope> body = Body(), otherwise = Otherwise(words);
        return Within((scope) =>
        {
            JsonNode? value = scope.Leniently(condition);
            if (name is not null)
                scope.Declare(name, value);
            (Values.IsTrue(value) ? body : otherwise)(scope);
        });
    }

    private Action<Scope> With(TokenReader words)
    {
        (string? name, _, Func<Scope, JsonNode?> what) = Statement(words);
        Action<Scope> body = Body(), otherwise = Otherwise(words);
        return Within(scope =>
        {
            JsonNode? value = scope.Leniently(what);
            if (name is not null)
                scope.Declare(name, value);
            if (!Values.IsTrue(value))
            {
                otherwise(scope);
                return;
            }

            scope.Dot = value;
            body(scope);
        });
    }

    private Action<Scope> Range(TokenReader words)
    {
        string? key = null, name = null;
        if (words.Next.Kind == TokenKind.Variable && words.Next.Path.Length == 0)
        {
            var ahead = new List<string>();
            do
                ahead.Add(words.Take().Text);
            while (words.TryTake(","));
            words.Expect(":=");
            (key, name) = ahead is [var first, var second] ? (first, second) : (null, ahead[0]);
        }

        Func<Scope, JsonNode?> all = Pipeline(words);
        Finish(words);
        Action<Scope> body = Body(), otherwise = Otherwise(words);
        return Within(scope =>
        {
            bool hasAny = false;
            int depth = scope.Depth;
            foreach ((JsonNode? index, JsonNode? value) in Values.Members(scope.Leniently(all)))
            {
                hasAny = true;
                if (key is not null)
                    scope.Declare(key, index);
                if (name is not null)
                    scope.Declare(name, value);
                scope.Dot = value;
                body(scope);
                scope.Leave(depth);
            }

            if (!hasAny)
                otherwise(scope);
        });
    }

    private static Action<Scope> Within(Action<Scope> action) => scope =>
    {
        (JsonNode? dot, int depth) = (scope.Dot, scope.Depth);
        action(scope);
        scope.Dot = dot;
        scope.Leave(depth);
    };

    // What stands behind else, else if, else with; the end of the whole has been read then.
    private Action<Scope> Otherwise(TokenReader begun)
    {
        TokenReader words = ending ?? throw begun.Error("{{end}} is missing");
        ending = null;
        if (words.TryTake("end"))
        {
            Finish(words);
            return static _ => { };
        }

        words.Expect("else");
        if (words.TryTake("if"))
            return If(words);
        if (words.TryTake("with"))
            return With(words);
        Finish(words);
        Action<Scope> body = Body();
        if (ending is null || !ending.Next.Is("end"))
            throw words.Error("{{end}} is missing");
        ending = null;
        return body;
    }

    // $name := VALUE, $name = VALUE, or VALUE.
    private static (string? Name, bool Declares, Func<Scope, JsonNode?> Value) Statement(TokenReader words)
    {
        Func<Scope, JsonNode?> value;
        if (words.Next is { Kind: TokenKind.Variable, Path: [] })
        {
            Token name = words.Take();
            if (words.Next.Is(":=") || words.Next.Is("="))
            {
                bool declares = words.Take().Text == ":=";
                value = Pipeline(words);
                Finish(words);
                return (name.Text, declares, value);
            }

            value = Piped(words, scope => scope.Variable(name.Text));
        }
        else
        {
            value = Pipeline(words);
        }

        Finish(words);
        return (null, false, value);
    }

    private static void Finish(TokenReader words)
    {
        if (words.Next.Kind != TokenKind.End)
            throw words.Error($"unexpected {words.Next.Text}");
    }

    private static Func<Scope, JsonNode?> Pipeline(TokenReader words) => Piped(words, Command(words, null));

    private static Func<Scope, JsonNode?> Piped(TokenReader words, Func<Scope, JsonNode?> value)
    {
        while (words.TryTake("|"))
            value = Command(words, value);
        return value;
    }

    private static Func<Scope, JsonNode?> Command(TokenReader words, Func<Scope, JsonNode?>? piped)
    {
        Token first = words.Next;
        if (first.Kind != TokenKind.Word)
        {
            Func<Scope, JsonNode?> operand = Operand(words);
            if (first is { Kind: TokenKind.Dot, Path: [.. var above, "Label"] } && words.Next.Kind == TokenKind.Literal)
            {
                string label = Values.Show(words.Take().Value);
                return scope => scope.Label(scope.Follow(scope.Dot, above), label);
            }

            return piped is null ? operand : throw words.Error("a function is missing behind |");
        }

        words.Take();
        var arguments = new List<Func<Scope, JsonNode?>>();
        while (words.Next.Kind is TokenKind.Dot or TokenKind.Variable or TokenKind.Literal or TokenKind.Word || words.Next.Is("("))
            arguments.Add(words.Next.Kind == TokenKind.Word ? Command(words, null) : Operand(words));
        if (piped is not null)
            arguments.Add(piped);
        return Functions.Bind(first.Text, arguments) ?? throw words.Error($"function \"{first.Text}\" is not known; there are {string.Join(", ", Functions.Names)}");
    }

    private static Func<Scope, JsonNode?> Operand(TokenReader words)
    {
        Token token = words.Take();
        switch (token.Kind)
        {
            case TokenKind.Dot:
                return scope => scope.Follow(scope.Dot, token.Path);
            case TokenKind.Variable:
                return scope => scope.Follow(scope.Variable(token.Text), token.Path);
            case TokenKind.Literal:
                return _ => token.Value;
            case TokenKind.Mark when token.Text == "(":
                Func<Scope, JsonNode?> inner = Pipeline(words);
                string[] path = words.Next.Path ?? [];
                words.Expect(")");
                return scope => scope.Follow(inner(scope), path);
            default:
                throw words.Error(token.Kind == TokenKind.End ? "a value is missing" : $"unexpected {token.Text}");
        }
    }
}
