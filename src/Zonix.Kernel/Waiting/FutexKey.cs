using System.Runtime.CompilerServices;

namespace Zonix.Kernel.Waiting;

/// <summary>
/// What a futex word is known by: the address space and the address, or for a word in shared memory the memory object and
/// the offset there.
/// </summary>
public readonly record struct FutexKey(object Space, ulong Offset)
{
    /// <inheritdoc/>
    public bool Equals(FutexKey other) =>
        Offset == other.Offset && (ReferenceEquals(Space, other.Space) || (Space?.Equals(other.Space) ?? false));

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var space = Space is Memory.FileIdentity file ? file.GetHashCode() : RuntimeHelpers.GetHashCode(Space);
        return (int)((((uint)(Offset >> 2) ^ (uint)(Offset >> 34)) + ((uint)space * 0x85EBCA6Bu)) * 0x9E3779B9u);
    }
}
