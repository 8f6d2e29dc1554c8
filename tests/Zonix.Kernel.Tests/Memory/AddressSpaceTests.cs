using Zonix.Abi;
using Zonix.Host.Files;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Machine;

namespace Zonix.Kernel.Tests.Memory;

public sealed class AddressSpaceTests : IDisposable
{
    private const Prot ReadWrite = Prot.PROT_READ | Prot.PROT_WRITE;
    private const ulong Page = 4096;

    private readonly CodeCache _cache = new(1 << 20);
    private readonly Rlimits _limits = new();
    private readonly AddressSpace _memory;

    public AddressSpaceTests() => _memory = new AddressSpace(_cache, AddressLayout.Fixed(), WindowKind.Small, _limits);

    public void Dispose()
    {
        _memory.Dispose();
        _cache.Dispose();
    }

    [Fact]
    public void OnlyFilesThatHaveNotJustChangedAreKnownByTheirStamps()
    {
        Assert.Equal(0, HostFile.CreateInMemory("test", out HostFile? young));
        using var fresh = new Owned(new FileMemory(young!, default, default, isStamped: true));
        Assert.Null(fresh.Memory.GetCodeIdentity());
        using var unknown = new Owned(new FileMemory(OpenOld(), default, default));
        Assert.Null(unknown.Memory.GetCodeIdentity());
        using var first = new Owned(new FileMemory(OpenOld(), default, default, isStamped: true));
        using var second = new Owned(new FileMemory(OpenOld(), default, default, isStamped: true));
        Assert.NotNull(first.Memory.GetCodeIdentity());
        Assert.Equal(first.Memory.GetCodeIdentity(), second.Memory.GetCodeIdentity());
    }

    private static HostFile OpenOld()
    {
        Assert.Equal(0, HostDirectory.OpenRoot("/etc", out HostDirectory? directory));
        using (directory)
        {
            Assert.Equal(0, directory!.OpenFile("passwd"u8, 0, out HostFile? file));
            return file!;
        }
    }

    private sealed class Owned(FileMemory memory) : IDisposable
    {
        internal FileMemory Memory => memory;

        public void Dispose() => memory.Release();
    }

    [Fact]
    public void AreasEndWithTheMappingsOfTheHost()
    {
        // The least that is granted; every second page, so that nothing merges.
        const int Granted = 4096;
        _memory.Mappings = new HostMappings(1);
        int mapped = 0;
        SysResult last = default;
        while (mapped < 2 * Granted && !last.IsError)
            last = Map(0x1000_0000 + ((ulong)mapped++ * 4 * Page), 3 * Page, Prot.PROT_NONE, MapFlags.MAP_FIXED);
        Assert.Equal(Errno.ENOMEM, last.Error);
        Assert.InRange(mapped, Granted / 2, Granted + 10);
        Assert.Equal(Errno.ENOMEM, _memory.Unmap(0x1000_0000 + Page, Page).Error);
        Assert.Equal(Errno.ENOMEM, _memory.Protect(0x1000_0000 + Page, Page, ReadWrite).Error);
        Assert.False(_memory.Unmap(0x1000_0000, 3 * Page).IsError);
        _memory.Mappings = null;
    }

    [Fact]
    public void TheFirstPagesAreNeverMapped()
    {
        Assert.Equal(Errno.EPERM, Map(0, Page, ReadWrite, MapFlags.MAP_FIXED).Error);
        Assert.Equal(Errno.EPERM, Map(0xF000, 2 * Page, ReadWrite, MapFlags.MAP_FIXED).Error);
        Assert.Equal(0x1_0000, Map(0x1_0000, Page, ReadWrite, MapFlags.MAP_FIXED).Value);
        Assert.NotEqual(0x1000, Map(0x1000, Page, ReadWrite, 0).Value);
    }

    [Theory]
    [InlineData(0UL, Errno.EINVAL)]
    [InlineData(ulong.MaxValue, Errno.ENOMEM)]
    [InlineData(1UL << 62, Errno.ENOMEM)]
    [InlineData((1UL << 42) - 4096, Errno.ENOMEM)]
    public void ImpossibleLengthsAreRefused(ulong length, Errno error) =>
        Assert.Equal(error, Map(0, length, ReadWrite, MapFlags.MAP_NORESERVE).Error);

    [Fact]
    public void SmallMappingsLieBelowTwoGigabytesAndLargeOnesAbove()
    {
        Assert.True((ulong)Map(0, Page, ReadWrite, 0).Value < AddressLayout.LowEnd);
        Assert.True((ulong)Map(0, 64 << 20, ReadWrite, 0).Value >= AddressLayout.LowEnd);
        Assert.True((ulong)Map(0, 64 << 20, ReadWrite, MapFlags.MAP_32BIT).Value < AddressLayout.LowEnd);
    }

    [Fact]
    public void AMappingThatDoesNotFitMovesTheProcessToALargeWindow()
    {
        ulong address = (ulong)Map(0, 2 * Page, ReadWrite, 0).Value;
        Assert.True(_memory.TryWrite(new UserAddress(address), 42L));
        Assert.True(_memory.TryWrite(new UserAddress(address + Page), 43L));
        Assert.Equal(SysResult.Success, _memory.Protect(address + Page, Page, Prot.PROT_READ));
        ulong huge = (ulong)Map(0, 6UL << 30, ReadWrite, MapFlags.MAP_NORESERVE).Value;
        Assert.Equal(WindowKind.Large, _memory.Window.Kind);
        Assert.True(huge >= 1UL << 32);
        Assert.True(_memory.TryRead(new UserAddress(address), out long value));
        Assert.Equal(42, value);
        Assert.True(_memory.TryRead(new UserAddress(address + Page), out value));
        Assert.Equal(43, value);
        Assert.False(_memory.TryWrite(new UserAddress(address + Page), 1L));
        Assert.True(_memory.TryWrite(new UserAddress(huge + (5UL << 30)), 7L));
        Assert.True(_memory.TryWrite(new UserAddress(address), 44L));
    }

    [Fact]
    public void AFixedAddressBeyondASmallWindowMovesTheProcess()
    {
        const ulong Far = 0x10_0000_0000;
        Assert.Equal((long)Far, Map(Far, Page, ReadWrite, MapFlags.MAP_FIXED).Value);
        Assert.True(_memory.TryWrite(new UserAddress(Far), 1L));
    }

    [Fact]
    public void UnmappedMemoryReadsAsZeroWhenMappedAgain()
    {
        ulong address = (ulong)Map(0, Page, ReadWrite, 0).Value;
        Assert.True(_memory.TryWrite(new UserAddress(address), 42L));
        Assert.Equal(SysResult.Success, _memory.Unmap(address, Page));
        Assert.False(_memory.TryRead(new UserAddress(address), out long _));
        Map(address, Page, ReadWrite, MapFlags.MAP_FIXED);
        Assert.True(_memory.TryRead(new UserAddress(address), out long value));
        Assert.Equal(0, value);
    }

    [Fact]
    public void AMappingThatMovedAndGrewIsStillOneArea()
    {
        ulong address = (ulong)Map(0, 4 * Page, ReadWrite, 0).Value;
        _memory.TryWrite(new UserAddress(address), 42L);
        Map(address + (4 * Page), Page, Prot.PROT_NONE, MapFlags.MAP_FIXED);
        ulong moved = (ulong)_memory.Remap(address, 4 * Page, 64 * Page, RemapFlags.MREMAP_MAYMOVE, 0).Value;
        Assert.NotEqual(address, moved);

        // New pages where the old ones were must not show them.
        Map(address, 4 * Page, ReadWrite, MapFlags.MAP_FIXED);
        _memory.TryWrite(new UserAddress(address), 1L);
        ulong again = (ulong)_memory.Remap(moved, 64 * Page, 128 * Page, RemapFlags.MREMAP_MAYMOVE, 0).Value;
        Assert.True(_memory.TryRead(new UserAddress(again), out long value));
        Assert.Equal(42, value);
        Assert.True(_memory.TryWrite(new UserAddress(again + (127 * Page)), 2L));
        Assert.Equal(Errno.EFAULT, _memory.Remap(moved, 4 * Page, 8 * Page, RemapFlags.MREMAP_MAYMOVE, 0).Error);
    }

    [Fact]
    public void DontUnmapLeavesEmptyPages()
    {
        ulong address = (ulong)Map(0, 2 * Page, ReadWrite, 0).Value;
        _memory.TryWrite(new UserAddress(address), 42L);
        const RemapFlags Flags = RemapFlags.MREMAP_MAYMOVE | RemapFlags.MREMAP_DONTUNMAP;
        ulong moved = (ulong)_memory.Remap(address, 2 * Page, 2 * Page, Flags, 0).Value;
        Assert.True(_memory.TryRead(new UserAddress(address), out long old));
        Assert.Equal(0, old);
        Assert.True(_memory.TryRead(new UserAddress(moved), out long value));
        Assert.Equal(42, value);
    }

    [Fact]
    public void StacksGrowUpToTheirLimitAndKeepTheirDistance()
    {
        const ulong Top = 0xC000_0000;
        _limits[RlimitResource.RLIMIT_STACK] = new Rlimit(1 << 20, Rlimit.Infinity);
        Map(Top - Page, Page, ReadWrite, MapFlags.MAP_FIXED | MapFlags.MAP_GROWSDOWN);
        Assert.True(_memory.HandlePageFault(Top - (200 * 1024), FaultAccess.Write, out _));
        Assert.True(_memory.TryWrite(new UserAddress(Top - (1 << 20)), 1L));
        Assert.False(_memory.HandlePageFault(Top - (1 << 20) - 1, FaultAccess.Write, out int code));
        Assert.Equal(AddressSpace.SEGV_MAPERR, code);

        const ulong Other = 0xB000_0000;
        Map(Other - Page, Page, ReadWrite, MapFlags.MAP_FIXED | MapFlags.MAP_GROWSDOWN);
        Map(Other - (300 * Page), Page, ReadWrite, MapFlags.MAP_FIXED);
        Assert.True(_memory.HandlePageFault(Other - (10 * Page), FaultAccess.Read, out _));
        Assert.False(_memory.HandlePageFault(Other - (100 * Page), FaultAccess.Read, out _));
    }

    [Fact]
    public void FaultsTellWhatIsWrong()
    {
        ulong address = (ulong)Map(0, Page, Prot.PROT_READ, 0).Value;
        Assert.False(_memory.HandlePageFault(address, FaultAccess.Write, out int code));
        Assert.Equal(AddressSpace.SEGV_ACCERR, code);
        Assert.False(_memory.HandlePageFault(address, FaultAccess.Execute, out code));
        Assert.Equal(AddressSpace.SEGV_ACCERR, code);
        Assert.False(_memory.HandlePageFault(0, FaultAccess.Read, out code));
        Assert.Equal(AddressSpace.SEGV_MAPERR, code);
    }

    [Fact]
    public void TheHeapGrowsAndShrinks()
    {
        _memory.SetStartBreak(0x3000_0000);
        Assert.Equal(0x3000_0000, _memory.Break(0).Value);
        Assert.Equal(0x3000_1234, _memory.Break(0x3000_1234).Value);
        Assert.True(_memory.TryWrite(new UserAddress(0x3000_1FF8), 5L));
        Assert.Equal(0x3000_0010, _memory.Break(0x3000_0010).Value);
        Assert.False(_memory.TryRead(new UserAddress(0x3000_1000), out long _));
        Map(0x3010_0000, Page, ReadWrite, MapFlags.MAP_FIXED);
        Assert.Equal(0x3000_0010, _memory.Break(0x3020_0000).Value);
        Assert.Equal(0x3000_0010, _memory.Break(0x2000_0000).Value);
        _limits[RlimitResource.RLIMIT_DATA] = new Rlimit(0x2000, Rlimit.Infinity);
        Assert.Equal(0x3000_0010, _memory.Break(0x3000_3000).Value);
    }

    [Fact]
    public void LimitsAreKept()
    {
        _limits[RlimitResource.RLIMIT_AS] = new Rlimit(10 * Page, Rlimit.Infinity);
        ulong address = (ulong)Map(0, 8 * Page, ReadWrite, 0).Value;
        Assert.Equal(Errno.ENOMEM, Map(0, 4 * Page, ReadWrite, 0).Error);
        Assert.Equal((long)address, Map(address, 8 * Page, ReadWrite, MapFlags.MAP_FIXED).Value);
        _limits[RlimitResource.RLIMIT_MEMLOCK] = new Rlimit(2 * Page, 2 * Page);
        Assert.Equal(Errno.ENOMEM, _memory.LockRange(address, 3 * Page, onFault: false, unlimited: false).Error);
        Assert.Equal(SysResult.Success, _memory.LockRange(address, 2 * Page, onFault: false, unlimited: false));
        Assert.Equal(2 * Page, _memory.LockedBytes);
        Assert.Equal(Errno.EINVAL, _memory.Advise(address, Page, Advice.MADV_DONTNEED).Error);
    }

    [Fact]
    public void FilesAreShownPrivatelyOrShared()
    {
        Assert.Equal(0, HostFile.CreateInMemory("test", out HostFile? file));
        file!.PWrite("hello"u8, 0);
        var memory = new FileMemory(file.AddReference(), default, default);
        memory.AddReference();
        ulong one = (ulong)_memory.Map(new MapRequest(0, Page, ReadWrite, MapFlags.MAP_PRIVATE, memory)).Value;
        ulong two = (ulong)_memory.Map(
            new MapRequest(0, Page, ReadWrite, MapFlags.MAP_SHARED, memory, 0, VmaFlags.MayAll | VmaFlags.Shared)).Value;
        Assert.True(_memory.TryWrite(new UserAddress(one), (byte)'j'));
        Assert.True(_memory.TryRead(new UserAddress(two), out byte first));
        Assert.Equal((byte)'h', first);
        Assert.True(_memory.TryWrite(new UserAddress(two), (byte)'m'));
        byte[] start = new byte[1];
        file.PRead(start, 0);
        Assert.Equal((byte)'m', start[0]);
        _memory.Advise(one, Page, Advice.MADV_DONTNEED);
        Assert.True(_memory.TryRead(new UserAddress(one), out first));
        Assert.Equal((byte)'m', first);
        file.Dispose();
    }

    [Fact]
    public void PagesBeyondTheEndOfAFileCannotBeCopied()
    {
        Assert.Equal(0, HostFile.CreateInMemory("test", out HostFile? file));
        file!.PWrite("hello"u8, 0);
        ulong address = (ulong)_memory.Map(
            new MapRequest(0, 2 * Page, ReadWrite, MapFlags.MAP_PRIVATE, new FileMemory(file, default, default))).Value;
        byte[] buffer = new byte[2 * (int)Page];
        Assert.Equal((nuint)Page, _memory.CopyIn(new UserAddress(address), buffer));
    }

    private SysResult Map(ulong address, ulong length, Prot protection, MapFlags flags) =>
        _memory.Map(new MapRequest(address, length, protection, flags | MapFlags.MAP_PRIVATE));
}
