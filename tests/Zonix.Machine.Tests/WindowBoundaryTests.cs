using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Zonix.Machine.Tests;

/// <summary>No operand leaves the window, however far its parts reach: addresses wrap around inside.</summary>
public sealed class WindowBoundaryTests
{
    [Theory]
    [InlineData(WindowKind.Small, false)]
    [InlineData(WindowKind.Small, true)]
    [InlineData(WindowKind.Large, false)]
    [InlineData(WindowKind.Large, true)]
    public void Bit_offsets_wrap(WindowKind kind, bool isNegative)
    {
        ulong size = kind == WindowKind.Small ? 1UL << 32 : 1UL << 42;
        ulong bit = (isNegative ? 0 - (size * 8) : size * 8) + 5;
        using var guest = new TestGuest(kind, c =>
        {
            c.mov(rcx, bit);
            c.mov(r13, TestGuest.DataStart);
            c.mov(rbx, TestGuest.DataStart + 8);
            c.bts(__qword_ptr[r13], rcx);
            c.bts(__qword_ptr[rbx], rcx);
            c.@lock.bts(__qword_ptr[TestGuest.DataStart + 16], rcx);
            c.mov(r14, rcx);
            c.bts(__qword_ptr[rsp + 8], r14);
            c.syscall();
        });
        Assert.Equal(ExitKind.Syscall, guest.Run().Kind);
        ulong[] places = [TestGuest.DataStart, TestGuest.DataStart + 8, TestGuest.DataStart + 16, guest.Context.Registers.Rsp + 8];
        foreach (ulong place in places)
        {
            Assert.True(guest.Window.TryRead(place, out ulong value));
            Assert.Equal(1UL << 5, value);
        }
    }

    [Theory]
    [InlineData(WindowKind.Small)]
    [InlineData(WindowKind.Large)]
    public void Gathers_wrap(WindowKind kind)
    {
        Assert.SkipUnless(System.Runtime.Intrinsics.X86.Avx2.IsSupported, "the CPU has no gathers");
        ulong size = kind == WindowKind.Small ? 1UL << 32 : 1UL << 42;
        using var guest = new TestGuest(kind, c =>
        {
            c.mov(rax, 0x1122334455667788);
            c.mov(__[TestGuest.DataStart + 0x40], rax);
            // The scale makes the window's size out of it, and 0x40.
            c.mov(rax, (size / 8) + 8);
            c.vmovq(xmm1, rax);
            c.vpbroadcastq(ymm1, xmm1);
            c.vpcmpeqd(ymm2, ymm2, ymm2);
            c.mov(rbx, TestGuest.DataStart);
            c.vpgatherqq(ymm0, __[rbx + (ymm1 * 8)], ymm2);
            c.vextracti128(xmm3, ymm0, 1);
            c.vmovq(rdx, xmm3);
            c.syscall();
        });
        Assert.Equal(ExitKind.Syscall, guest.Run().Kind);
        Assert.Equal(0x1122334455667788UL, guest.Context.Registers.Rdx);
    }

    /// <summary>A signal frame or a debugger can set any stack pointer: it must not lead out of the window.</summary>
    [Theory]
    [InlineData(WindowKind.Small, 1UL << 32)]
    [InlineData(WindowKind.Small, 0xFFFF_FFF0UL << 32)]
    [InlineData(WindowKind.Large, 0x7FFFUL << 48)]
    [InlineData(WindowKind.I386, 3UL << 32)]
    public void AStackPointerThatIsSetFromOutsideStaysInside(WindowKind kind, ulong beyond)
    {
        // pop rax, or pop eax; int3
        using var guest = new TestGuest(kind, c => c.db(0x58, 0xCC));
        byte[] value = BitConverter.GetBytes(0x1234UL);
        guest.Window.CopyOut(TestGuest.DataStart, value);
        guest.Context.Registers.Rsp = beyond + TestGuest.DataStart;
        Assert.Equal(3, guest.Run().Vector);
        Assert.Equal(0x1234UL, guest.Context.Registers.Rax);
    }
}
