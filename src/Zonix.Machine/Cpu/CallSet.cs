using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Zonix.Machine;

/// <summary>A set of call numbers that emitted code can look up.</summary>
public sealed unsafe class CallSet
{
    /// <summary>Numbers from this one on are in no set.</summary>
    internal const int Size = 512;

    private readonly byte[] _marks = GC.AllocateArray<byte>(Size, pinned: true);

    /// <summary>The set of the given numbers, of which the high ones are left out.</summary>
    public CallSet(ReadOnlySpan<int> numbers)
    {
        // Code compiled at run time, or for AVX, may use what these calls are to leave alone.
        if (RuntimeFeature.IsDynamicCodeCompiled || Avx.IsSupported)
            return;
        foreach (int number in numbers)
        {
            if (number < Size)
                _marks[number] = 1;
        }
    }

    /// <summary>The set without members.</summary>
    public static CallSet Empty { get; } = new([]);

    /// <summary>One byte for each number; alive as long as the set.</summary>
    internal byte* Marks => (byte*)Unsafe.AsPointer(ref _marks[0]);
}
