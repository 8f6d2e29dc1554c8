using System.Globalization;
using System.Numerics;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Vfs.Synthetic;
using Zonix.Lx.Proc;

namespace Zonix.Lx.Sys;

/// <summary>/sys/devices/system/memory and node: one node with all the memory that the zone may use.</summary>
internal static class SysMemory
{
    private const ulong SmallBlock = 128UL << 20, LargeBlock = 2UL << 30, LargeMachine = 64UL << 30;

    /// <summary>The zone's memory in blocks, of which the last may be whole in name only.</summary>
    internal static void FillBlocks(StaticEntries directory, MemoryGroup memory)
    {
        ulong total = memory.Total, block = total > LargeMachine ? LargeBlock : SmallBlock, count = (total + block - 1) / block;
        directory
            .Refused("auto_online_blocks", "online")
            .Text("block_size_bytes", block.ToString("x", CultureInfo.InvariantCulture) + "\n");
        for (ulong i = 0; i < count; i++)
        {
            string index = i.ToString("x8", CultureInfo.InvariantCulture) + "\n";
            directory.Directory("memory" + i, one => one
                .Link("node0", static () => "../../node/node0")
                .Refused("online", 1)
                .Text("phys_device", "0\n")
                .Text("phys_index", index)
                .Text("removable", "0\n")
                .Refused("state", "online")
                .Text("valid_zones", "none\n"));
        }
    }

    internal static void FillNodes(StaticEntries directory, MemoryGroup memory, ulong cpus) => directory
        .Text("has_cpu", "0\n")
        .Text("has_generic_initiator", "\n")
        .Text("has_memory", "0\n")
        .Text("has_normal_memory", "0\n")
        .Text("online", "0\n")
        .Text("possible", "0\n")
        .Directory("node0", node =>
        {
            for (int i = 0; i < BitOperations.PopCount(cpus); i++)
            {
                string name = "cpu" + i;
                node.Link(name, () => "../../cpu/" + name);
            }
            node
                .Text("cpulist", CpuNumbers.List(cpus) + "\n")
                .Text("cpumap", CpuNumbers.Mask(cpus) + "\n")
                .Text("distance", "10\n")
                .Text("meminfo", () => MemoryInfoText.Node(memory))
                .Text("numastat", "numa_hit 0\nnuma_miss 0\nnuma_foreign 0\ninterleave_hit 0\nlocal_node 0\nother_node 0\n");
        });
}
