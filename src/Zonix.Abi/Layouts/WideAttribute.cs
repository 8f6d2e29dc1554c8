namespace Zonix.Abi;

/// <summary>C's time_t, off_t and what went the same way: 4 bytes in the first calls of i386, 8 in their successors.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class WideAttribute : Attribute
{
    /// <summary>Of 8 bytes that an i386 program gives, only the lower half counts: tv_nsec is a long there, with padding.</summary>
    public bool IsPadded { get; init; }
}
