using Zonix.Abi;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Machine;

namespace Zonix.Kernel.Tests.Memory;

public sealed class AddressLayoutTests : IDisposable
{
    private const ulong Page = 4096;

    private readonly CodeCache _cache = new(1 << 20);

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void BottomUpFillsGapsFromBelow()
    {
        AddressLayout layout = AddressLayout.Fixed().BottomUp();
        using var memory = new AddressSpace(_cache, layout, WindowKind.I386, new Rlimits());
        ulong first = Map(memory, Page), second = Map(memory, 3 * Page), third = Map(memory, Page);
        Assert.Equal(layout.BottomUpBase, first);
        Assert.Equal(first + Page, second);
        Assert.Equal(second + (3 * Page), third);
        Assert.True(memory.Unmap(second, 3 * Page) == SysResult.Success);
        Assert.Equal(third + Page, Map(memory, 4 * Page));
        Assert.Equal(second, Map(memory, 2 * Page));
        Assert.Equal(second + (2 * Page), Map(memory, Page));
    }

    [Fact]
    public void NothingLiesAboveThreeGigabytes()
    {
        AddressLayout layout = AddressLayout.Fixed().Below3GiB();
        using var memory = new AddressSpace(_cache, layout, WindowKind.I386, new Rlimits());
        Assert.True(layout.StackTop < 0xC000_0000);
        Assert.Equal(0xBFFF_F000UL, Map(memory, Page, 0xBFFF_F000));
        Assert.True(memory.Map(Fixed(0xC000_0000, Page)) == Errno.ENOMEM);
        Assert.True(memory.Map(Fixed(0xBFFF_F000, 2 * Page)) == Errno.ENOMEM);
    }

    [Fact]
    public void WhatLiesBeyondAnAddressSpaceOfI386CannotBeUnmapped()
    {
        using var memory = new AddressSpace(_cache, AddressLayout.Fixed(), WindowKind.I386, new Rlimits());
        Assert.True(memory.Unmap(0xFFFF_F000, Page) == Errno.EINVAL);
        Assert.True(memory.Unmap(0xFFFE_F000, Page) == SysResult.Success);
    }

    private static MapRequest Fixed(ulong address, ulong length) =>
        new(address, length, Prot.PROT_READ, MapFlags.MAP_FIXED | MapFlags.MAP_PRIVATE | MapFlags.MAP_ANONYMOUS);

    private static ulong Map(AddressSpace memory, ulong length, ulong address = 0)
    {
        SysResult mapped = memory.Map(address != 0 ? Fixed(address, length) : Fixed(0, length) with { Flags = MapFlags.MAP_PRIVATE | MapFlags.MAP_ANONYMOUS });
        Assert.False(mapped.IsError);
        return (ulong)mapped.Value;
    }
}
