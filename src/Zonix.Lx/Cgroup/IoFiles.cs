using System.Globalization;
using System.Text;
using Zonix.Kernel.Groups;

namespace Zonix.Lx.Cgroup;

/// <summary>The files of the io controller: it counts, and limits nothing, so that there are no files of limits.</summary>
internal static class IoFiles
{
    internal static CgroupFileKind[] Kinds() =>
    [
        new("io.stat", Controllers.Io) { Read = Statistics },
    ];

    private static string Statistics(ControlGroup group)
    {
        var sums = new SortedDictionary<ulong, (long ReadBytes, long WrittenBytes, long Reads, long Writes)>();
        Add(group, sums);
        var text = new StringBuilder();
        foreach ((ulong device, (long readBytes, long writtenBytes, long reads, long writes)) in sums)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{device >> 32}:{(uint)device} rbytes={readBytes} wbytes={writtenBytes} rios={reads} wios={writes} dbytes=0 dios=0\n");
        }

        return text.ToString();
    }

    private static void Add(ControlGroup group, SortedDictionary<ulong, (long ReadBytes, long WrittenBytes, long Reads, long Writes)> sums)
    {
        foreach ((ulong device, long readBytes, long writtenBytes, long reads, long writes) in group.Io.Devices)
        {
            sums.TryGetValue(device, out var sum);
            sums[device] = (sum.ReadBytes + readBytes, sum.WrittenBytes + writtenBytes, sum.Reads + reads, sum.Writes + writes);
        }

        ControlGroup[] children;
        lock (group.Tree.Gate)
            children = [.. group.Children];
        foreach (ControlGroup child in children)
            Add(child, sums);
    }
}
