namespace Zonix.Abi;

/// <summary>The field exists for x86-64 alone: padding, or what i386 has no room for.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class X64OnlyAttribute : Attribute;
