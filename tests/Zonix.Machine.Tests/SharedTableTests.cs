using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Zonix.Machine.Tests;

/// <summary>The tables by which windows find shared code: how long they are kept; docs/adr/0004.</summary>
public sealed class SharedTableTests : IDisposable
{
    private const ulong SecondFile = TestGuest.CodeStart + (4 * TestGuest.AreaSize);

    private readonly CodeCache _cache = new(16 << 20);

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void ATableSurvivesItsWindowAndIsNotFilledAgain()
    {
        using var file = new CodeFile(1, SharedCodeTests.EmitCalls);
        for (int i = 0; i < 3; i++)
        {
            using MemoryWindow window = file.NewWindow(_cache);
            Assert.Equal(15UL, file.Run(window, _cache));
        }

        TranslationStatistics statistics = _cache.Statistics;
        Assert.Equal((2, 2, 0), (statistics.SpaceHits, statistics.UnitHits, statistics.Fills));
        Assert.Equal((1, 1), (statistics.Spaces, statistics.IdleSpaces));
    }

    [Fact]
    public void OnlySoManyTablesAreKept()
    {
        using var cache = new CodeCache(16 << 20) { MaxIdleSpaces = 3 };
        for (ulong i = 1; i <= 10; i++)
        {
            using var file = new CodeFile(i, SharedCodeTests.EmitCalls);
            using MemoryWindow window = file.NewWindow(cache);
            Assert.Equal(15UL, file.Run(window, cache));
        }

        Assert.Equal((3, 7L), (cache.Statistics.IdleSpaces, cache.Statistics.SpaceReleases));
        Assert.Equal(10, cache.Statistics.Units);
        using var again = new CodeFile(1, SharedCodeTests.EmitCalls);
        long instructions = cache.Statistics.Instructions;
        using MemoryWindow first = again.NewWindow(cache);
        Assert.Equal(15UL, again.Run(first, cache));
        Assert.Equal(instructions, cache.Statistics.Instructions);
        Assert.True(cache.Statistics.Fills > 0);
    }

    [Fact]
    public void AProgramThatComesAgainFindsAllItsTables()
    {
        using var library = new CodeFile(2, c => c.ret(), SecondFile);
        using var program = new CodeFile(1, SharedCodeTests.EmitCalls);
        TranslationStatistics before = default;
        for (int run = 0; run < 4; run++)
        {
            before = _cache.Statistics;
            using MemoryWindow window = program.NewWindow(_cache);
            Assert.Equal(15UL, program.Run(window, _cache));
            library.Map(window);
            Assert.Equal(15UL, program.Run(window, _cache));
        }

        TranslationStatistics after = _cache.Statistics;
        Assert.Equal((before.Instructions, before.Fills, before.Spaces), (after.Instructions, after.Fills, after.Spaces));
        Assert.Equal(2, after.Spaces);
        Assert.Equal(before.SpaceHits + 2, after.SpaceHits);
    }

    [Fact]
    public void AFullCacheIsEmptiedForAllTables()
    {
        using var cache = new CodeCache(1 << 20);
        using var large = new CodeFile(1, c =>
        {
            for (int i = 0; i < 4000; i++)
            {
                Label next = c.CreateLabel();
                c.add(eax, 1);
                c.jmp(next);
                c.Label(ref next);
            }

            c.syscall();
        });
        using var small = new CodeFile(2, SharedCodeTests.EmitCalls);
        using MemoryWindow one = large.NewWindow(cache), two = small.NewWindow(cache);
        for (int i = 0; i < 8; i++)
        {
            using MemoryWindow three = large.NewWindow(cache, identified: false);
            Assert.Equal(4000UL, large.Run(one, cache));
            Assert.Equal(15UL, small.Run(two, cache));
            Assert.Equal(4000UL, large.Run(three, cache));
        }

        Assert.True(cache.Statistics.Flushes > 1);
    }
}
