using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Zonix.Machine.Tests;

/// <summary>Windows that map the same code at the same place share its translations; docs/adr/0004.</summary>
public sealed class SharedCodeTests : IDisposable
{
    private const ulong SecondFile = TestGuest.CodeStart + (4 * TestGuest.AreaSize);

    private readonly CodeCache _cache = new(16 << 20);

    public void Dispose() => _cache.Dispose();

    [Theory]
    [InlineData(WindowKind.Small)]
    [InlineData(WindowKind.Large)]
    public void TheSecondWindowTranslatesNothing(WindowKind kind)
    {
        using var file = new CodeFile(1, EmitCalls);
        using MemoryWindow first = file.NewWindow(_cache, kind);
        Assert.Equal(15UL, file.Run(first, _cache));
        TranslationStatistics before = _cache.Statistics;
        using MemoryWindow second = file.NewWindow(_cache, kind);
        Assert.Equal(15UL, file.Run(second, _cache));
        TranslationStatistics after = _cache.Statistics;
        Assert.Equal(before.Instructions, after.Instructions);
        Assert.Equal(before.Misses, after.Misses);
        Assert.Equal(1, after.Spaces);
        Assert.Equal(1, after.Units);
    }

    [Fact]
    public void AnotherVersionOfAFileIsOtherCode()
    {
        using var old = new CodeFile(1, c => EmitAnswer(c, 1));
        using MemoryWindow first = old.NewWindow(_cache);
        Assert.Equal(1UL, old.Run(first, _cache));
        using var changed = new CodeFile(2, c => EmitAnswer(c, 2));
        using MemoryWindow second = changed.NewWindow(_cache);
        Assert.Equal(2UL, changed.Run(second, _cache));
        Assert.Equal(1UL, old.Run(first, _cache));
        Assert.Equal(2, _cache.Statistics.Units);
    }

    [Fact]
    public void WithoutAnIdentityNothingIsShared()
    {
        using var file = new CodeFile(1, EmitCalls);
        using MemoryWindow first = file.NewWindow(_cache, identified: false);
        Assert.Equal(15UL, file.Run(first, _cache));
        long instructions = _cache.Statistics.Instructions;
        using MemoryWindow second = file.NewWindow(_cache, identified: false);
        Assert.Equal(15UL, file.Run(second, _cache));
        Assert.Equal(2 * instructions, _cache.Statistics.Instructions);
        Assert.Equal(0, _cache.Statistics.Units);
    }

    [Fact]
    public void UnmappingInOneWindowLeavesTheOther()
    {
        using var file = new CodeFile(1, EmitCalls);
        using MemoryWindow first = file.NewWindow(_cache), second = file.NewWindow(_cache);
        Assert.Equal(15UL, file.Run(first, _cache));
        Assert.Equal(15UL, file.Run(second, _cache));
        long instructions = _cache.Statistics.Instructions;
        Assert.Equal(0, first.Unmap(file.Address, CodeFile.Length));
        Assert.Equal(ExitKind.PageFault, Fault(first, file.Address).Kind);
        Assert.Equal(15UL, file.Run(second, _cache));
        file.Map(first);
        Assert.Equal(15UL, file.Run(first, _cache));
        Assert.Equal(instructions, _cache.Statistics.Instructions);
    }

    [Fact]
    public void APartThatIsUnmappedCannotBeReachedThroughTheRest()
    {
        using var file = new CodeFile(1, c =>
        {
            c.mov(eax, 4096 + (int)TestGuest.CodeStart);
            c.call(rax);
            c.syscall();
            c.db(new byte[4096 - 9]);
            c.mov(eax, 7);
            c.ret();
        });
        using MemoryWindow first = file.NewWindow(_cache), second = file.NewWindow(_cache);
        Assert.Equal(7UL, file.Run(first, _cache));
        Assert.Equal(7UL, file.Run(second, _cache));
        Assert.Equal(0, first.Protect(file.Address + 4096, 4096, MemoryProtection.Read));
        GuestExit exit = Fault(first, file.Address);
        Assert.Equal((ExitKind.PageFault, FaultAccess.Execute, file.Address + 4096), (exit.Kind, exit.Access, exit.Address));
        Assert.Equal(7UL, file.Run(second, _cache));
        Assert.Equal(0, first.Protect(file.Address + 4096, 4096, CodeFile.ReadExecute, file.Identity, 4096));
        Assert.Equal(7UL, file.Run(first, _cache));
    }

    [Fact]
    public void WrittenCodeBecomesPrivate()
    {
        using var file = new CodeFile(1, c => EmitAnswer(c, 1));
        using MemoryWindow first = file.NewWindow(_cache), second = file.NewWindow(_cache);
        Assert.Equal(1UL, file.Run(first, _cache));
        Assert.Equal(1UL, file.Run(second, _cache));
        Assert.Equal(0, first.Protect(file.Address, 4096, CodeFile.ReadWrite));
        Assert.True(first.TryWrite(file.Address + 1, 5));
        Assert.Equal(0, first.Protect(file.Address, 4096, CodeFile.ReadExecute));
        Assert.Equal(5UL, file.Run(first, _cache));
        Assert.Equal(1UL, file.Run(second, _cache));

        // Writable and executable at once: every store counts.
        Assert.Equal(0, second.Protect(file.Address, 4096, CodeFile.ReadWrite | MemoryProtection.Execute));
        for (int i = 10; i < 13; i++)
        {
            Assert.True(second.TryWrite(file.Address + 1, i));
            Assert.Equal((ulong)i, file.Run(second, _cache));
        }

        using MemoryWindow third = file.NewWindow(_cache);
        Assert.Equal(1UL, file.Run(third, _cache));
    }

    [Fact]
    public void ADebuggerSeparatesCodeBeforeItWrites()
    {
        using var file = new CodeFile(1, c => EmitAnswer(c, 1));
        using MemoryWindow first = file.NewWindow(_cache), second = file.NewWindow(_cache);
        Assert.Equal(1UL, file.Run(first, _cache));
        long instructions = _cache.Statistics.Instructions;
        first.MakeCodePrivate(file.Address, 4096);
        Assert.Equal(1UL, file.Run(first, _cache));
        Assert.NotEqual(instructions, _cache.Statistics.Instructions);
        instructions = _cache.Statistics.Instructions;
        Assert.Equal(1UL, file.Run(second, _cache));
        Assert.Equal(instructions, _cache.Statistics.Instructions);
    }

    [Theory]
    [InlineData(WindowKind.Small)]
    [InlineData(WindowKind.Large)]
    public void JumpsBetweenUnitsGoThroughTheTable(WindowKind kind)
    {
        using var library = new CodeFile(2, c => EmitAnswer(c, 3), SecondFile);
        using var other = new CodeFile(3, c => EmitAnswer(c, 4), SecondFile);
        using var program = new CodeFile(1, c =>
        {
            Label again = c.CreateLabel(), first = c.CreateLabel();
            c.mov(ecx, 1000);
            c.Label(ref again);
            c.dec(ecx);
            c.je(first);
            c.jmp(again);
            c.Label(ref first);
            c.jmp(SecondFile);
        });
        using MemoryWindow one = program.NewWindow(_cache, kind), two = program.NewWindow(_cache, kind);
        library.Map(one);
        other.Map(two);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(3UL, program.Run(one, _cache));
            Assert.Equal(4UL, program.Run(two, _cache));
        }

        Assert.Equal(0, two.Unmap(SecondFile, CodeFile.Length));
        Assert.Equal(SecondFile, Fault(two, program.Address).Address);
        library.Map(two);
        Assert.Equal(3UL, program.Run(two, _cache));
    }

    [Theory]
    [InlineData(WindowKind.Small)]
    [InlineData(WindowKind.Large)]
    public void CallsBetweenUnitsReturn(WindowKind kind)
    {
        using var library = new CodeFile(2, c =>
        {
            c.add(ebx, 3);
            c.ret();
        }, SecondFile);
        using var program = new CodeFile(1, c =>
        {
            Label again = c.CreateLabel();
            c.xor(ebx, ebx);
            c.mov(ebp, 1000);
            c.Label(ref again);
            c.call(SecondFile);
            c.dec(ebp);
            c.jne(again);
            c.mov(eax, ebx);
            c.syscall();
        });
        using MemoryWindow window = program.NewWindow(_cache, kind);
        library.Map(window);
        Assert.Equal(3000UL, program.Run(window, _cache));
        Assert.True(_cache.Statistics.Links < 20);
    }

    [Fact]
    public void AnInstructionInTwoUnitsRunsInBoth()
    {
        // mov eax, imm32 whose last byte lies on the next page, which another version of the file shows.
        void Emit(Assembler c, byte last)
        {
            c.nop();
            c.jmp(TestGuest.CodeStart + 4092);
            c.db(new byte[4092 - 6]);
            c.db([0xB8, 1, 2, 3, last]);
            c.syscall();
        }

        using var file = new CodeFile(1, c => Emit(c, 4));
        using var second = new CodeFile(2, c => Emit(c, 5));
        using MemoryWindow one = file.NewWindow(_cache), two = file.NewWindow(_cache);
        second.Map(two, skipped: 4096);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(0x04030201UL, file.Run(one, _cache));
            Assert.Equal(0x05030201UL, file.Run(two, _cache));
        }
    }

    /// <summary>After fork(2), code is known before its memory is mapped: nothing else may appear there meanwhile.</summary>
    [Fact]
    public void CodeThatIsNotMappedYetFaults()
    {
        using var window = new MemoryWindow(_cache, WindowKind.Small);
        foreach (MemoryProtection protection in new[] { CodeFile.ReadExecute, CodeFile.ReadWrite | MemoryProtection.Execute })
        {
            window.Declare(TestGuest.CodeStart, CodeFile.Length, protection);
            GuestExit exit = Fault(window, TestGuest.CodeStart);
            Assert.Equal((ExitKind.PageFault, FaultAccess.Execute, TestGuest.CodeStart), (exit.Kind, exit.Access, exit.Address));
            Assert.False(window.TryRead(TestGuest.CodeStart, out long _));
        }
    }

    [Fact]
    public void AChildHasTheCodeOfItsParent()
    {
        using var file = new CodeFile(1, EmitCalls);
        using MemoryWindow parent = file.NewWindow(_cache);
        Assert.Equal(15UL, file.Run(parent, _cache));
        long instructions = _cache.Statistics.Instructions;
        using MemoryWindow child = NewChild(parent, file);
        Assert.Equal(15UL, file.Run(child, _cache));
        Assert.Equal((instructions, 1), (_cache.Statistics.Instructions, _cache.Statistics.Spaces));

        // Private code is the child's own.
        parent.MakeCodePrivate(file.Address, CodeFile.Length);
        Assert.Equal(15UL, file.Run(parent, _cache));
        using MemoryWindow second = NewChild(parent, file);
        Assert.Equal(15UL, file.Run(second, _cache));
        Assert.Equal(3 * instructions, _cache.Statistics.Instructions);
    }

    [Fact]
    public void FpuCodeOfOneWindowDoesNotDisturbAnother()
    {
        using var file = new CodeFile(1, c =>
        {
            Label again = c.CreateLabel(), x87 = c.CreateLabel();
            c.lea(rcx, __[x87]);
            c.test(eax, eax);
            c.jne(again);
            c.Label(ref x87);
            c.fld1();
            c.fld1();
            c.faddp(st1, st0);
            c.push(0);
            c.fistp(__qword_ptr[rsp]);
            c.pop(rax);
            c.syscall();
            c.Label(ref again);
            c.cmp(__dword_ptr[TestGuest.StackTop - 4096], 0);
            c.je(again);
            c.jmp(rcx);
        });
        using MemoryWindow one = file.NewWindow(_cache), two = file.NewWindow(_cache);
        using var context = new CpuContext(two);
        context.Registers.Rip = file.Address;
        context.Registers.Rsp = TestGuest.StackTop - 64;
        context.Registers.Rax = 1;
        var thread = new Thread(() =>
        {
            using var processor = new Processor(_cache);
            Assert.Equal(ExitKind.Syscall, CodeFile.RunToExit(processor, context).Kind);
        });
        thread.Start();
        Thread.Sleep(20);
        Assert.Equal(2UL, file.Run(one, _cache));
        Assert.True(two.TryWrite(TestGuest.StackTop - 4096, 1));
        Assert.True(thread.Join(TimeSpan.FromSeconds(20)));
        Assert.Equal(2UL, context.Registers.Rax);
    }

    internal static void EmitCalls(Assembler c)
    {
        Label function = c.CreateLabel(), again = c.CreateLabel();
        c.xor(eax, eax);
        c.mov(ecx, 5);
        c.lea(rdx, __[function]);
        c.Label(ref again);
        c.call(rdx);
        c.dec(ecx);
        c.jne(again);
        c.syscall();
        c.Label(ref function);
        c.add(eax, ecx);
        c.ret();
    }

    private static void EmitAnswer(Assembler c, int answer)
    {
        c.mov(eax, answer);
        c.syscall();
    }

    private MemoryWindow NewChild(MemoryWindow parent, CodeFile file)
    {
        // The memory comes from a window of its own, which is not told what can be executed.
        var child = file.NewWindow(_cache);
        Assert.Equal(0, child.Protect(file.Address, CodeFile.Length, MemoryProtection.Read));
        child.ShareCode(parent);
        return child;
    }

    private GuestExit Fault(MemoryWindow window, ulong address)
    {
        using var processor = new Processor(_cache);
        using var context = new CpuContext(window);
        context.Registers.Rip = address;
        context.Registers.Rsp = TestGuest.StackTop - 64;
        return CodeFile.RunToExit(processor, context);
    }
}
