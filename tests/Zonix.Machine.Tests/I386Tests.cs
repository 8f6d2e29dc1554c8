using Zonix.Host.Memory;

namespace Zonix.Machine.Tests;

/// <summary>Code of i386: what tests without a kernel can tell. The differential test compares instructions.</summary>
public sealed class I386Tests
{
    private readonly byte[] _read = new byte[8];

    [Fact]
    public void TheSameBytesOfAFileMeanOtherThingsInEachWidth()
    {
        using var cache = new CodeCache(16 << 20);

        // xor eax, eax; inc eax (a REX prefix in 64-bit mode); mov ecx, eax; int3
        using var file = new CodeFile(1, c => c.db(0x31, 0xC0, 0x40, 0x89, 0xC1, 0xCC));
        foreach (WindowKind kind in (WindowKind[])[WindowKind.I386, WindowKind.Small, WindowKind.I386])
        {
            using MemoryWindow window = file.NewWindow(cache, kind);
            using var processor = new Processor(cache);
            using var context = new CpuContext(window);
            context.Registers.Rip = file.Address;
            context.Registers.Rsp = TestGuest.StackTop - 64;
            GuestExit exit = CodeFile.RunToExit(processor, context);
            Assert.Equal((ExitKind.Exception, 3), (exit.Kind, exit.Vector));
            Assert.Equal(kind == WindowKind.I386 ? 1UL : 0, context.Registers.Rcx);
        }
    }

    /// <summary>Position-independent code asks where it is by a call: no code is made for what is called, and the stack looks as it would.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void CodeLearnsWhereItIs(bool identified)
    {
        using var cache = new CodeCache(16 << 20);

        // call thunk; mov ecx, eax; call next; pop edx; mov ebx, [esp-4]; int3; thunk: mov eax, [esp]; ret
        using var file = new CodeFile(1, c =>
        {
            c.db(0xE8, 13, 0, 0, 0, 0x89, 0xC1);
            c.db(0xE8, 0, 0, 0, 0, 0x5A, 0x8B, 0x5C, 0x24, 0xFC, 0xCC);
            c.db(0x8B, 0x04, 0x24, 0xC3);
        });
        using MemoryWindow window = file.NewWindow(cache, WindowKind.I386, identified);
        using var processor = new Processor(cache);
        using var context = new CpuContext(window);
        context.Registers.Rip = file.Address;
        context.Registers.Rsp = TestGuest.StackTop - 64;
        GuestExit exit = CodeFile.RunToExit(processor, context);
        Assert.Equal((ExitKind.Exception, 3), (exit.Kind, exit.Vector));
        Assert.Equal(file.Address + 5, context.Registers.Rcx);
        Assert.Equal(file.Address + 12, context.Registers.Rdx);
        Assert.Equal(context.Registers.Rdx, context.Registers.Rbx);
        Assert.Equal(TestGuest.StackTop - 64, context.Registers.Rsp);
        Assert.Equal(identified ? 6 : 8, cache.Statistics.Instructions);
    }

    [Fact]
    public void ACallNamesItsInstruction()
    {
        using var guest = new TestGuest(WindowKind.I386, c => c.db(0xB8, 20, 0, 0, 0, 0xCD, 0x80));
        Assert.Equal(ExitKind.Interrupt80, guest.Run().Kind);
        Assert.Equal(TestGuest.CodeStart + 7, guest.Context.Registers.Rip);
        Assert.Equal(20UL, guest.Context.Registers.Rax);
    }

    [Fact]
    public void SysenterLeaves()
    {
        using var guest = new TestGuest(WindowKind.I386, c => c.db(0x0F, 0x34));
        Assert.Equal(ExitKind.Sysenter, guest.Run().Kind);
    }

    [Fact]
    public void APopaThatFaultsChangesNothing()
    {
        using var guest = new TestGuest(WindowKind.I386, c => c.db(0x61));
        guest.Context.Registers.Rsp = TestGuest.StackTop - 16;
        guest.Context.Registers.Rdi = 77;
        GuestExit exit = guest.Run();
        Assert.Equal(ExitKind.PageFault, exit.Kind);
        Assert.Equal(77UL, guest.Context.Registers.Rdi);
        Assert.Equal(TestGuest.StackTop - 16, guest.Context.Registers.Rsp);
    }

    [Fact]
    public void SegmentsOfThreadsHaveBases()
    {
        // mov eax, 0x63; mov gs, eax; mov eax, gs:[4]; mov ecx, gs; int3
        using var guest = new TestGuest(WindowKind.I386, c => c.db(0xB8, 0x63, 0, 0, 0, 0x8E, 0xE8, 0x65, 0xA1, 4, 0, 0, 0, 0x8C, 0xE9, 0xCC));
        SegmentLoads.Reset(guest.Context);
        guest.Context.ThreadSegments[0] = new SegmentDescriptor((uint)TestGuest.DataStart, 0xFFFFF, SegmentFlags.Present | SegmentFlags.Pages | SegmentFlags.Is32Bit);
        BitConverter.TryWriteBytes(_read, 0x12345678);
        guest.Window.CopyOut(TestGuest.DataStart + 4, _read);
        Assert.Equal(3, guest.Run().Vector);
        Assert.Equal((0x12345678UL, 0x63UL), (guest.Context.Registers.Rax, guest.Context.Registers.Rcx));
    }

    [Theory]
    [InlineData(0x33)] // 64-bit code
    [InlineData(0x6B)] // an entry that is not set
    [InlineData(0x2B)] // data
    public void FarJumpsToOtherCodeAreRefused(int selector)
    {
        using var guest = new TestGuest(WindowKind.I386, c => c.db(0xEA, 0, 0, 0x40, 0, (byte)selector, 0));
        GuestExit exit = guest.Run();
        Assert.Equal((ExitKind.Exception, 13), (exit.Kind, exit.Vector));
        Assert.Equal((uint)selector & ~3u, exit.ErrorCode);
        Assert.Equal(TestGuest.CodeStart, guest.Context.Registers.Rip);
    }

    [Fact]
    public void AddressesWrapAtFourGiB()
    {
        // mov eax, [ebx + 0x20]; int3
        using var guest = new TestGuest(WindowKind.I386, c => c.db(0x8B, 0x43, 0x20, 0xCC));
        BitConverter.TryWriteBytes(_read, 0x55AA);
        guest.Window.CopyOut(TestGuest.DataStart, _read);
        guest.Context.Registers.Rbx = unchecked((uint)TestGuest.DataStart - 0x20);
        Assert.Equal(3, guest.Run().Vector);
        Assert.Equal(0x55AAUL, guest.Context.Registers.Rax);
    }
}
