using System.Runtime.InteropServices;

namespace Zonix.Differential;

/// <summary>Operands that reach the corners of arithmetic more often than plain random bits.</summary>
internal static class InterestingValues
{
    private static readonly ulong[] s_corners =
    [
        0, 1, 2, 3, 7, 8, 15, 16, 31, 32, 33, 63, 64, 65, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000,
        0xFFFFFFFF, 0x100000000, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFE, 0xFFFFFFFF80000000,
        0xFFFFFFFFFFFFFF80, 0x5555555555555555, 0xAAAAAAAAAAAAAAAA, 0x0F0F0F0F0F0F0F0F, 0x8080808080808080,
    ];

    private static readonly double[] s_doubles =
    [
        0, -0.0, 1, -1, 0.5, 2, 3.5, -7.25, 1e10, -1e-10, 1e300, 1e-300, 5e-324, 2.2250738585072014e-308, double.MaxValue, double.NaN,
        double.PositiveInfinity, double.NegativeInfinity, 2147483647, 2147483648, -2147483649, 9.3e18, 4294967295.5,
    ];

    internal static ulong Word(Randomness random) => random.Below(8) switch
    {
        0 or 1 => random.Of(s_corners),
        2 => (ulong)random.Below(1000),
        3 => 1UL << random.Below(64),
        4 => random.Next() >> random.Below(64),
        5 => unchecked((ulong)-(long)(random.Next() >> (32 + random.Below(32)))),
        _ => random.Next(),
    };

    /// <summary>Fills memory or vectors with integers and floating-point numbers of all widths.</summary>
    internal static void Fill(Randomness random, Span<byte> bytes)
    {
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = random.Below(8) switch
            {
                0 => Word(random),
                1 => BitConverter.DoubleToUInt64Bits(random.Of(s_doubles)),
                2 => BitConverter.DoubleToUInt64Bits(Plain(random)),
                3 => Pair(Single(random), Single(random)),
                4 => Pair(BitConverter.SingleToUInt32Bits((float)Plain(random)), BitConverter.SingleToUInt32Bits((float)Plain(random))),
                5 => random.Next() & random.Next() & 0x0F0F0F0F0F0F0F0F,
                _ => random.Next(),
            };
        }
    }

    internal static double Plain(Randomness random) => (random.Below(2_000_001) - 1_000_000) / (double)(1 << random.Below(20));

    private static uint Single(Randomness random) => BitConverter.SingleToUInt32Bits((float)random.Of(s_doubles));

    private static ulong Pair(uint low, uint high) => low | ((ulong)high << 32);
}
