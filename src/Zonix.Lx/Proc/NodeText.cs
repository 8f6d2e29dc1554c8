using System.Globalization;
using System.Text;
using Zonix.Kernel.Memory;

namespace Zonix.Lx.Proc;

/// <summary>/proc/[pid]/numa_maps: all memory lies on node 0. numa(7).</summary>
internal static class NodeText
{
    private const ulong PageSize = AddressSpace.PageSize;

    internal static string Maps(AddressSpace? memory)
    {
        if (memory is null)
            return "";
        var text = new StringBuilder();
        foreach (AreaDescription area in memory.Describe(measure: true))
        {
            text.Append(CultureInfo.InvariantCulture, $"{area.Start:x8} default");
            string path = area.Name.Path;
            if (path is "[heap]" or "[stack]")
                text.Append(' ').Append(path.AsSpan(1, path.Length - 2));
            else if (path.StartsWith('/'))
                text.Append(" file=").Append(path.Replace(" ", "\\040", StringComparison.Ordinal));
            ulong present = area.Usage.Resident / PageSize, anonymous = area.Usage.Anonymous / PageSize;
            if (anonymous != 0)
                text.Append(CultureInfo.InvariantCulture, $" anon={anonymous} dirty={anonymous}");
            if (present > anonymous)
                text.Append(CultureInfo.InvariantCulture, $" mapped={present}");
            if (present != 0)
                text.Append(CultureInfo.InvariantCulture, $" N0={present} kernelpagesize_kB=4");
            text.Append('\n');
        }
        return text.ToString();
    }
}
