namespace Zonix.Generators;

/// <summary>A member of an enumeration.</summary>
internal sealed record EnumMember(string Name, ulong Value);
