using System.Globalization;
using System.Text;
using Zonix.Kernel.Groups;

namespace Zonix.Lx.Cgroup;

/// <summary>Numbers and paths as the files of groups show and take them.</summary>
internal static class CgroupText
{
    private const string Max = "max";
    private const ulong PageMask = 4095;

    internal static string Line(long value) => value.ToString("D", CultureInfo.InvariantCulture) + "\n";

    internal static string Line(ulong value) => value.ToString("D", CultureInfo.InvariantCulture) + "\n";

    /// <summary>A limit; <paramref name="none"/> is "max".</summary>
    internal static string Limit(long value, long none) => value == none ? "max\n" : Line(value);

    /// <summary>A limit in bytes.</summary>
    internal static string Limit(ulong bytes) => bytes == MemoryLimits.Unlimited ? "max\n" : Line(bytes);

    /// <summary>Parses a number of tasks or groups, or "max".</summary>
    internal static bool TryParseLimit(string text, long none, out long value)
    {
        value = none;
        return text == Max || (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= 0);
    }

    /// <summary>Parses bytes, which may end in k, m, g or t, or "max"; whole pages count.</summary>
    internal static bool TryParseBytes(string text, out ulong bytes)
    {
        bytes = MemoryLimits.Unlimited;
        if (text == Max)
            return true;
        int shift = text.Length == 0 ? 0 : char.ToUpperInvariant(text[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, 'T' => 40, _ => 0 };
        string digits = shift == 0 ? text : text[..^1];
        bool isHex = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (!ulong.TryParse(isHex ? digits[2..] : digits, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
            return false;
        bytes = number > MemoryLimits.Unlimited >> shift ? MemoryLimits.Unlimited : number << shift;
        // Linux counts pages, of which it can have no more than a signed number of bytes.
        bytes = bytes > long.MaxValue ? MemoryLimits.Unlimited : bytes & ~PageMask;
        return true;
    }

    /// <summary>A list of CPUs such as "0-3,5".</summary>
    internal static string CpuList(ulong mask)
    {
        var text = new StringBuilder();
        for (int cpu = 0; cpu < 64; cpu++)
        {
            if ((mask & (1UL << cpu)) == 0)
                continue;
            int first = cpu;
            while (cpu < 63 && (mask & (1UL << (cpu + 1))) != 0)
                cpu++;
            text.Append(text.Length == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{first}");
            if (cpu > first)
                text.Append(CultureInfo.InvariantCulture, $"-{cpu}");
        }

        return text.Append('\n').ToString();
    }

    /// <summary>Parses a list of CPUs; none at all is one too. Numbers that no machine here can have make it wrong.</summary>
    internal static bool TryParseCpuList(string text, out ulong mask)
    {
        mask = 0;
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !TryParseCpu(ends[0], out int first) || !TryParseCpu(ends[^1], out int last) || last < first)
                return false;
            for (int cpu = first; cpu <= last; cpu++)
                mask |= 1UL << cpu;
        }

        return true;
    }

    /// <summary>The path of a group as somebody sees it whose namespace has <paramref name="root"/> at its top. cgroup_namespaces(7).</summary>
    internal static string Path(ControlGroup group, ControlGroup root)
    {
        ControlGroup common = group.CommonAncestor(root);
        var text = new StringBuilder();
        for (ControlGroup above = root; !ReferenceEquals(above, common); above = above.Parent!)
            text.Append("/..");
        var names = new Stack<string>();
        for (ControlGroup below = group; !ReferenceEquals(below, common); below = below.Parent!)
            names.Push(below.Name);
        foreach (string name in names)
            text.Append('/').Append(name);
        return text.Length == 0 ? "/" : text.ToString();
    }

    private static bool TryParseCpu(string text, out int cpu) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out cpu) && cpu < 64;
}
