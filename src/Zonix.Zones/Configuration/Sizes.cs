using System.Globalization;

namespace Zonix.Zones.Configuration;

/// <summary>Sizes as docker's users write them: bytes, or with b, k, m, g or t behind, of which each is 1024 times the one before.</summary>
public static class Sizes
{
    /// <summary>Reads one.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        string digits = text.EndsWith("ib", StringComparison.OrdinalIgnoreCase) ? text[..^2] : text;
        int shift = digits.Length == 0 ? 0 : char.ToLowerInvariant(digits[^1]) switch { 'k' => 10, 'm' => 20, 'g' => 30, 't' => 40, _ => 0 };
        if (shift > 0 || digits.EndsWith('b') || digits.EndsWith('B'))
            digits = digits[..^1];
        bool isGood = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out bytes) && bytes <= long.MaxValue >> shift;
        bytes <<= isGood ? shift : 0;
        return isGood;
    }
}
