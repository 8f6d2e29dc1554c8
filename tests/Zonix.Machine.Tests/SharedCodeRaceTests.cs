using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Zonix.Machine.Tests;

/// <summary>Code that comes and goes while other threads run.</summary>
public sealed class SharedCodeRaceTests
{
    private const ulong SecondFile = TestGuest.CodeStart + (4 * TestGuest.AreaSize);
    private const ulong Other = TestGuest.CodeStart + (8 * TestGuest.AreaSize);

    /// <summary>A thread that loops in a unit, by direct jumps alone, must leave it when its window unmaps it.</summary>
    [Theory]
    [InlineData(WindowKind.Small)]
    [InlineData(WindowKind.Large)]
    public void UnmappedCodeIsNotRunAnyMore(WindowKind kind)
    {
        using var cache = new CodeCache(16 << 20);
        using var file = new CodeFile(1, c =>
        {
            Label again = c.CreateLabel(), next = c.CreateLabel();
            c.Label(ref again);
            c.inc(__qword_ptr[TestGuest.StackTop - 4096]);
            c.jmp(next);
            c.Label(ref next);
            c.jmp(again);
        });
        using MemoryWindow window = file.NewWindow(cache, kind), neighbour = file.NewWindow(cache, kind);
        for (int round = 0; round < 20; round++)
        {
            using var context = new CpuContext(window);
            context.Registers.Rip = file.Address;
            GuestExit exit = default;
            var thread = new Thread(() =>
            {
                using var processor = new Processor(cache);
                exit = CodeFile.RunToExit(processor, context);
            });
            Assert.True(window.TryWrite(TestGuest.StackTop - 4096, 0L));
            thread.Start();
            while (Count(window) == 0)
                Thread.Yield();
            Assert.Equal(0, window.Unmap(file.Address, CodeFile.Length));
            long count = Count(window);
            Assert.True(thread.Join(TimeSpan.FromSeconds(20)), "the thread runs on");
            Assert.Equal(count, Count(window));
            Assert.Equal((ExitKind.PageFault, FaultAccess.Execute), (exit.Kind, exit.Access));
            file.Map(window);
        }
    }

    /// <summary>
    /// One thread maps and unmaps libraries as dlopen and dlclose do, others run; each sees the library that is mapped, or
    /// none. A second window goes through the same tables.
    /// </summary>
    [Theory]
    [InlineData(WindowKind.Small, true)]
    [InlineData(WindowKind.Large, true)]
    [InlineData(WindowKind.Small, false)]
    public void LibrariesComeAndGo(WindowKind kind, bool identified)
    {
        using var cache = new CodeCache(2 << 20) { MaxIdleSpaces = 2 };
        using var program = new CodeFile(1, c =>
        {
            Label again = c.CreateLabel();
            c.mov(esi, (int)SecondFile);
            c.mov(ebx, 200);
            c.Label(ref again);
            c.call(rsi);
            c.dec(ebx);
            c.jne(again);
            c.syscall();
        });
        using var first = new CodeFile(2, c => EmitLibrary(c, 3), SecondFile);
        using var second = new CodeFile(3, c => EmitLibrary(c, 4), SecondFile);
        using var elsewhere = new CodeFile(4, c => EmitLibrary(c, 5), Other);
        using MemoryWindow window = program.NewWindow(cache, kind, identified), neighbour = program.NewWindow(cache, kind, identified);
        using var stop = new CancellationTokenSource();
        long[] runs = new long[3];
        var threads = new List<Thread>();
        for (int i = 0; i < 2; i++)
        {
            int number = i;
            threads.Add(new Thread(() => RunAgainAndAgain(window, cache, program.Address, stop.Token, ref runs[number])));
        }

        threads.Add(new Thread(() => ComeAndGo(neighbour, first, second, elsewhere, identified, stop.Token, ref runs[2])));
        foreach (Thread thread in threads)
            thread.Start();
        long turns = 0;
        var limit = System.Diagnostics.Stopwatch.StartNew();
        while (limit.ElapsedMilliseconds < 2500)
        {
            Turn(window, turns++ % 2 == 0 ? first : second, elsewhere, identified);
            Thread.Yield();
        }

        stop.Cancel();
        foreach (Thread thread in threads)
            Assert.True(thread.Join(TimeSpan.FromSeconds(20)), "a thread hangs");
        Assert.All(runs, count => Assert.True(count > 0));
        Assert.True(turns > 10);
    }

    private static long Count(MemoryWindow window)
    {
        Assert.True(window.TryRead(TestGuest.StackTop - 4096, out long count));
        return count;
    }

    private static void Turn(MemoryWindow window, CodeFile library, CodeFile elsewhere, bool identified)
    {
        library.Map(window, identified);
        elsewhere.Map(window, identified);
        Assert.Equal(0, window.Unmap(elsewhere.Address, CodeFile.Length));
        Assert.Equal(0, window.Unmap(library.Address, CodeFile.Length));
    }

    private static void ComeAndGo(
        MemoryWindow window, CodeFile first, CodeFile second, CodeFile elsewhere, bool identified, CancellationToken stop, ref long runs)
    {
        while (!stop.IsCancellationRequested)
        {
            Turn(window, runs++ % 3 == 0 ? first : second, elsewhere, identified);
            Thread.Yield();
        }
    }

    private static void RunAgainAndAgain(MemoryWindow window, CodeCache cache, ulong start, CancellationToken stop, ref long runs)
    {
        using var processor = new Processor(cache);
        using var context = new CpuContext(window);
        while (!stop.IsCancellationRequested)
        {
            context.Registers.Rip = start;
            context.Registers.Rsp = TestGuest.StackTop - 64 - (ulong)(Environment.CurrentManagedThreadId * 256 % 8192);
            GuestExit exit = CodeFile.RunToExit(processor, context);
            if (exit.Kind == ExitKind.Syscall)
                Assert.True(context.Registers.Rax is 3 or 4, $"no library answers {context.Registers.Rax}");
            else
                Assert.Equal((ExitKind.PageFault, FaultAccess.Execute), (exit.Kind, exit.Access));
            runs++;
        }
    }

    private static void EmitLibrary(Assembler c, int answer)
    {
        Label inner = c.CreateLabel(), done = c.CreateLabel();
        c.mov(eax, answer - 1);
        c.jmp(inner);
        c.ud2();
        c.Label(ref inner);
        c.mov(ecx, 3);
        c.Label(ref done);
        c.dec(ecx);
        c.jne(done);
        c.inc(eax);
        c.ret();
    }
}
