namespace Zonix.Cli.Templates;

/// <summary>What a word of a template's action is.</summary>
internal enum TokenKind
{
    /// <summary>The value at hand, or a member of it: ., .State.Status.</summary>
    Dot,

    /// <summary>$, $name, or a member of it.</summary>
    Variable,

    /// <summary>A text, a number, true, false, nil.</summary>
    Literal,

    /// <summary>The name of a function, or a word as if.</summary>
    Word,

    /// <summary>( ) | , = :=</summary>
    Mark,

    /// <summary>Nothing more.</summary>
    End,
}
