namespace Zonix.Abi;

/// <summary>What is known of a structure's layouts. Implemented by the generator for every <see cref="GuestStructureAttribute"/>.</summary>
public interface IGuestStructure<TSelf>
    where TSelf : unmanaged, IGuestStructure<TSelf>
{
    /// <summary>Bytes that it takes in guest memory.</summary>
    static abstract int SizeOf(GuestAbi abi);

    /// <summary>Where its fields begin, in the order of their declaration, without those that the ABI does not have.</summary>
    static abstract ReadOnlySpan<ushort> OffsetsOf(GuestAbi abi);

    /// <summary>Lays a value out; numbers that are too large lose their upper half, as in C. Bytes between fields become 0.</summary>
    static abstract void Write(in TSelf value, GuestAbi abi, Span<byte> to);

    /// <summary>Reads a value. Fields that the ABI does not have are 0.</summary>
    static abstract TSelf Read(GuestAbi abi, ReadOnlySpan<byte> from);
}
