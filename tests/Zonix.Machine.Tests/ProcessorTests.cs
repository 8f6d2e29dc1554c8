using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Zonix.Machine.Tests;

public sealed class ProcessorTests
{
    [Theory]
    [InlineData(WindowKind.Small)]
    [InlineData(WindowKind.Large)]
    public void RunsUntilASystemCall(WindowKind kind)
    {
        using var guest = new TestGuest(kind, c =>
        {
            c.mov(eax, 39);
            c.mov(r15, 0x1234567890ABCDEF);
            c.syscall();
        });
        GuestExit exit = guest.Run();
        Assert.Equal(ExitKind.Syscall, exit.Kind);
        Assert.Equal(39UL, guest.Context.Registers.Rax);
        Assert.Equal(0x1234567890ABCDEFUL, guest.Context.Registers.R15);
        Assert.Equal(guest.Context.Registers.Rip, guest.Context.Registers.Rcx);
        Assert.Equal(guest.Context.Registers.Rflags, guest.Context.Registers.R11);
    }

    [Theory]
    [InlineData(WindowKind.Small)]
    [InlineData(WindowKind.Large)]
    public void AKickEndsAnEndlessLoop(WindowKind kind)
    {
        using var guest = new TestGuest(kind, c =>
        {
            Label again = c.CreateLabel();
            c.Label(ref again);
            c.inc(rbx);
            c.jmp(again);
        });
        using var processor = new Processor(guest.Cache);
        using var timer = new Timer(_ => processor.Kick(), null, 20, Timeout.Infinite);
        Assert.Equal(ExitKind.Preempted, processor.Run(guest.Context).Kind);
        Assert.True(guest.Context.Registers.Rbx > 0);
    }

    /// <summary>
    /// Every instruction here takes several of the host's; wherever a pre-emption hits, nothing may happen twice or get lost.
    /// </summary>
    [Theory]
    [InlineData(WindowKind.Small)]
    [InlineData(WindowKind.Large)]
    public void PreemptionsNeverTearAnInstruction(WindowKind kind)
    {
        const int Rounds = 3_000_000;
        using var guest = new TestGuest(kind, EmitTornLoop);
        guest.Context.Registers.R13 = Rounds;
        guest.Context.Registers.Rbp = TestGuest.DataStart;
        RunKicked(guest);
        Assert.Equal((ulong)Rounds, guest.Context.Registers.R14);
        Assert.Equal((ulong)Rounds, guest.Context.Registers.R15);
        Assert.Equal((ulong)Rounds * 3, guest.Context.Registers.Rbx);
        Assert.Equal(TestGuest.StackTop - 64, guest.Context.Registers.Rsp);
        Assert.True(guest.Window.TryRead(TestGuest.DataStart, out ulong sum));
        Assert.Equal((ulong)Rounds * 2, sum);
    }

    /// <summary>A stack pointer that has moved without being used is moved and truncated where the block ends: a pre-emption between the two moves it no more.</summary>
    [Theory]
    [InlineData(WindowKind.Small)]
    [InlineData(WindowKind.Large)]
    public void AStackPointerIsMovedOnce(WindowKind kind)
    {
        const int Moves = 32;
        using var guest = new TestGuest(kind, c =>
        {
            Label again = c.CreateLabel();
            c.Label(ref again);
            for (int i = 0; i < Moves; i++)
            {
                Label next = c.CreateLabel();
                c.lea(rsp, __[rsp + (i % 2 == 0 ? -0x30 : 0x30)]);
                c.jmp(next);
                c.Label(ref next);
            }
            c.dec(r13);
            c.jne(again);
            c.syscall();
        });
        guest.Context.Registers.R13 = 2_000_000;
        RunKicked(guest);
        Assert.Equal(TestGuest.StackTop - 64, guest.Context.Registers.Rsp);
    }

    // Runs to the system call at its end, with kicks all the while.
    private static void RunKicked(TestGuest guest)
    {
        using var processor = new Processor(guest.Cache);
        using var stop = new CancellationTokenSource();
        var kicker = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                processor.Kick();
                // A kick that follows the last one at once would leave the guest no time at all.
                Thread.SpinWait(3000);
            }
        });
        kicker.Start();
        GuestExit exit = guest.Run(processor, out int preemptions);
        stop.Cancel();
        kicker.Join();
        Assert.Equal(ExitKind.Syscall, exit.Kind);
        Assert.True(preemptions > 0, "the test has tested nothing");
    }

    private static void EmitTornLoop(Assembler c)
    {
        Label again = c.CreateLabel(), function = c.CreateLabel();
        c.jmp(again);
        c.Label(ref function);
        c.push(r14);
        c.add(rbx, __[rsp]);
        c.pop(r15);
        c.sub(rbx, r15);
        c.inc(rbx);
        c.ret();
        c.Label(ref again);
        c.inc(r14);
        c.call(function);
        c.mov(eax, 1);
        c.@lock.xadd(__[rbp], rax);
        c.push(1);
        c.pop(rax);
        c.add(__qword_ptr[rbp], rax);
        c.lea(rsi, __[rsp - 64]);
        c.lea(rdi, __[rsp - 128]);
        c.mov(ecx, 2);
        c.rep.movsq();
        c.lea(rax, __[rsp - 64 + 16]);
        c.sub(rax, rsi);
        c.add(rbx, rax);
        c.add(rbx, 2);
        c.dec(r13);
        c.jne(again);
        c.syscall();
    }

    [Fact]
    public void StoresIntoItsOwnBlockTakeEffectAtOnce()
    {
        using var guest = new TestGuest(WindowKind.Small, c =>
        {
            Label patch = c.CreateLabel();
            c.lea(rdx, __[patch]);
            c.mov(__byte_ptr[rdx + 1], 7);
            c.Label(ref patch);
            c.mov(eax, 1);
            c.syscall();
        }, codeProtection: MemoryProtection.Read | MemoryProtection.Write | MemoryProtection.Execute);
        Assert.Equal(ExitKind.Syscall, guest.Run().Kind);
        Assert.Equal(7UL, guest.Context.Registers.Rax);
    }

    [Theory]
    [InlineData(WindowKind.Small)]
    [InlineData(WindowKind.Large)]
    public void CodeIsPatchedInALoop(WindowKind kind)
    {
        using var guest = new TestGuest(kind, c =>
        {
            Label patch = c.CreateLabel(), again = c.CreateLabel();
            c.lea(rdx, __[patch]);
            c.xor(ebx, ebx);
            c.mov(ecx, 100);
            c.Label(ref again);
            c.mov(__byte_ptr[rdx + 1], cl);
            c.Label(ref patch);
            c.mov(eax, 0);
            c.add(rbx, rax);
            c.dec(ecx);
            c.jne(again);
            c.syscall();
        }, codeProtection: MemoryProtection.Read | MemoryProtection.Write | MemoryProtection.Execute);
        Assert.Equal(ExitKind.Syscall, guest.Run().Kind);
        Assert.Equal(5050UL, guest.Context.Registers.Rbx);
    }

    [Fact]
    public void AFullCacheIsEmptiedAndRunsOn()
    {
        using var cache = new CodeCache(1 << 20);
        using var guest = new TestGuest(WindowKind.Small, c =>
        {
            Label outer = c.CreateLabel();
            c.mov(r12d, 3);
            c.Label(ref outer);
            for (int i = 0; i < 4000; i++)
            {
                Label next = c.CreateLabel();
                c.add(rbx, 1);
                c.jmp(next);
                c.Label(ref next);
            }

            c.dec(r12d);
            c.jne(outer);
            c.syscall();
        }, cache);
        Assert.Equal(ExitKind.Syscall, guest.Run().Kind);
        Assert.Equal(12000UL, guest.Context.Registers.Rbx);
    }

    [Fact]
    public void PagesCanBeWrittenAfterTheCacheWasEmptied()
    {
        using var cache = new CodeCache(1 << 20);
        using var guest = new TestGuest(WindowKind.Small, c =>
        {
            for (int i = 0; i < 30000; i++)
            {
                Label next = c.CreateLabel();
                c.jmp(next);
                c.Label(ref next);
            }

            c.mov(__qword_ptr[TestGuest.CodeStart], 1);
            c.syscall();
        }, cache, MemoryProtection.Read | MemoryProtection.Write | MemoryProtection.Execute);
        Assert.Equal(ExitKind.Syscall, guest.Run().Kind);
        Assert.True(cache.Statistics.Flushes > 0);
        Assert.True(guest.Window.TryRead(TestGuest.CodeStart, out long value));
        Assert.Equal(1, value);
    }

    /// <summary>Two processors that come through the same stub at once must not link the same jump twice.</summary>
    [Fact]
    public void CodeThatTwoProcessorsHaveLinkedCanBeDropped()
    {
        for (int round = 0; round < 5; round++)
        {
            using var guest = new TestGuest(WindowKind.Small, c =>
            {
                for (int i = 0; i < 10000; i++)
                {
                    Label next = c.CreateLabel();
                    c.jmp(next);
                    c.Label(ref next);
                }

                c.syscall();
            });
            using var start = new Barrier(2);
            var threads = new Thread[2];
            for (int i = 0; i < threads.Length; i++)
            {
                threads[i] = new Thread(() =>
                {
                    using var context = new CpuContext(guest.Window);
                    context.Registers.Rip = TestGuest.CodeStart;
                    using var processor = new Processor(guest.Cache);
                    start.SignalAndWait();
                    Assert.Equal(ExitKind.Syscall, processor.Run(context).Kind);
                });
                threads[i].Start();
            }

            foreach (Thread thread in threads)
                thread.Join();
            var drop = new Thread(() => guest.Window.InvalidateCode(TestGuest.CodeStart, TestGuest.AreaSize)) { IsBackground = true };
            drop.Start();
            Assert.True(drop.Join(TimeSpan.FromSeconds(20)), "dropping the code does not end");
        }
    }

    [Fact]
    public void FaultsOutsideOfTheWindowCarryTheGuestsAddress()
    {
        using var guest = new TestGuest(WindowKind.Small, c =>
        {
            c.xor(eax, eax);
            c.push(rbx);
            c.mov(rcx, __[rax - 8]);
            c.syscall();
        });
        GuestExit exit = guest.Run();
        Assert.Equal(ExitKind.PageFault, exit.Kind);
        Assert.Equal(FaultAccess.Read, exit.Access);
        Assert.Equal(unchecked((ulong)-8), exit.Address);
        Assert.Equal(TestGuest.StackTop - 72, guest.Context.Registers.Rsp);
    }

    [Fact]
    public void TwoMachinesRunSideBySide()
    {
        Parallel.For(0, 4, _ =>
        {
            using var guest = new TestGuest(WindowKind.Small, c =>
            {
                Label again = c.CreateLabel();
                c.mov(ecx, 1_000_000);
                c.Label(ref again);
                c.add(rbx, rcx);
                c.dec(rcx);
                c.jne(again);
                c.syscall();
            });
            Assert.Equal(ExitKind.Syscall, guest.Run().Kind);
            Assert.Equal(500000500000UL, guest.Context.Registers.Rbx);
        });
    }
}
