using Zonix.Host.Memory;
using static Iced.Intel.AssemblerRegisters;

namespace Zonix.Machine.Tests;

public sealed class MemoryWindowTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(5000)]
    public void CopiesStopAtTheFirstByteThatIsNotThere(int readable)
    {
        using var guest = new TestGuest(WindowKind.Small, c => c.syscall());
        ulong address = TestGuest.DataStart + TestGuest.AreaSize - (ulong)readable;
        var buffer = new byte[readable + 50];
        Assert.Equal((nuint)readable, guest.Window.CopyIn(address, buffer));
        Assert.Equal((nuint)readable, guest.Window.CopyOut(address, buffer));
        Assert.Equal((nuint)readable, guest.Window.Clear(address, (nuint)buffer.Length));
    }

    [Fact]
    public void AWindowThatIsGoneTakesNoOthersMemory()
    {
        using var cache = new CodeCache(32 << 20);
        using var section = new MemorySection("test", 1UL << 20);
        for (int i = 0; i < 20; i++)
        {
            var former = new MemoryWindow(cache, WindowKind.Small);
            former.Dispose();
            // Where the former was, unless another thread has taken the place.
            using var next = new MemoryWindow(cache, WindowKind.Small);
            Assert.Equal(0, next.MapSection(TestGuest.DataStart, TestGuest.AreaSize, section, 0, MemoryProtection.Read | MemoryProtection.Write));
            former.Dispose();
            Assert.Equal((nuint)4, next.CopyOut(TestGuest.DataStart, "here"u8));
        }
    }

    [Fact]
    public void BadAddressesAreNoCrash()
    {
        using var guest = new TestGuest(WindowKind.Small, c => c.syscall());
        foreach (ulong address in new ulong[] { 0, 8, guest.Window.Size - 1, guest.Window.Size, ulong.MaxValue, 1UL << 47, TestGuest.CodeStart })
        {
            Assert.False(guest.Window.TryWrite(address, 1L));
            Assert.False(guest.Window.TryExchange(address & ~3UL, 1, out _));
        }

        Assert.Equal(-1, guest.Window.CopyInString(0, new byte[10]));
    }

    [Fact]
    public void StringsEndAtTheirNul()
    {
        using var guest = new TestGuest(WindowKind.Small, c => c.syscall());
        ulong address = TestGuest.DataStart + 4093;
        guest.Window.CopyOut(address, "hello\0"u8);
        Assert.Equal(5, guest.Window.CopyInString(address, new byte[100]));
        Assert.Equal(3, guest.Window.CopyInString(address, new byte[3]));
    }

    [Fact]
    public void ExtendedStateSurvivesARoundTrip()
    {
        using var guest = new TestGuest(WindowKind.Small, c =>
        {
            c.pcmpeqb(xmm0, xmm0);
            c.paddb(xmm15, xmm0);
            c.fld1();
            c.syscall();
        });
        Assert.Equal(ExitKind.Syscall, guest.Run().Kind);
        var image = new byte[CpuContext.ExtendedStateSize];
        guest.Context.SaveExtendedState(image);
        Assert.Equal(0xFF, image[160]);
        Assert.Equal(0xFF, image[160 + (15 * 16)]);
        Assert.Equal(0x3F, image[32 + 9]);
        guest.Context.ResetExtendedState();
        Assert.True(guest.Context.LoadExtendedState(image));
        var again = new byte[image.Length];
        guest.Context.SaveExtendedState(again);
        Assert.Equal(image, again);
        image[24 + 3] = 0xFF;
        Assert.False(guest.Context.LoadExtendedState(image));
    }
}
