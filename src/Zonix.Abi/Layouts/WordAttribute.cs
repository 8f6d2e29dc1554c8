namespace Zonix.Abi;

/// <summary>C's long, unsigned long, size_t or pointer: 4 bytes for i386.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class WordAttribute : Attribute;
