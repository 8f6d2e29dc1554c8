using System.Globalization;
using System.Numerics;
using System.Text;

namespace Zonix.Lx.Proc;

/// <summary>Sets of CPUs as text.</summary>
internal static class CpuNumbers
{
    /// <summary>In hexadecimal digits, 32 CPUs in a group: "3", "ff,ffffffff".</summary>
    internal static string Mask(ulong set)
    {
        uint high = (uint)(set >> 32), low = (uint)set;
        return high == 0
            ? low.ToString("x", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{high:x},{low:x8}");
    }

    /// <summary>As ranges: "0-1,4".</summary>
    internal static string List(ulong set)
    {
        var text = new StringBuilder();
        while (set != 0)
        {
            int first = BitOperations.TrailingZeroCount(set);
            int length = BitOperations.TrailingZeroCount(~(set >> first));
            text.Append(text.Length == 0 ? "" : ",").Append(first);
            if (length > 1)
                text.Append('-').Append(first + length - 1);
            set = first + length >= 64 ? 0 : set & ~(((1UL << length) - 1) << first);
        }
        return text.ToString();
    }
}
