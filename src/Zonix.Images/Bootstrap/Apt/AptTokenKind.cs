namespace Zonix.Images.Bootstrap.Apt;

/// <summary>What a token of an apt.conf(5) is.</summary>
internal enum AptTokenKind
{
    Word,
    Open,
    Close,
    End,
}
