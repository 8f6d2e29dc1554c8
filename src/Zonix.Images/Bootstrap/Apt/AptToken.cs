namespace Zonix.Images.Bootstrap.Apt;

/// <summary>A token of an apt.conf(5).</summary>
internal readonly record struct AptToken(AptTokenKind Kind, string Text = "");
