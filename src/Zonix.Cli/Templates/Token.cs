using System.Text.Json.Nodes;

namespace Zonix.Cli.Templates;

/// <summary>A word of an action, with the members that are asked of it: $zone.State.Pid.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, string[] Path, JsonNode? Value = null)
{
    /// <summary>Whether it is this mark or word.</summary>
    internal bool Is(string text) => Kind is TokenKind.Mark or TokenKind.Word && Text == text;
}
