using System.Buffers.Binary;
using System.Text;
using Zonix.Abi;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Loader;

namespace Zonix.Lx.Tests;

public class InitialStackTests
{
    private const ulong Top = 0xFFFD_F000;

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 3, 2)]
    [InlineData(8191, 1000, 700)]
    public void LiesAsProgramsExpect(int gap, int arguments, int variables)
    {
        var request = new ProgramArguments("/bin/program"u8);
        for (int i = 0; i < arguments; i++)
            request.AddArgument(Encoding.ASCII.GetBytes(new string('a', i % 50)));
        for (int i = 0; i < variables; i++)
            request.AddEnvironment(Encoding.ASCII.GetBytes($"V{i}=" + new string('v', i % 70)));
        byte[] random = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];
        var stack = new InitialStack(request, Top, gap, random);
        var vector = new AuxiliaryVector(8);
        vector.Add(AuxiliaryType.AT_PAGESZ, 4096);
        stack.AddTo(vector);
        byte[] image = stack.Build(vector, out ulong sp);

        Assert.Equal(0UL, sp % 16);
        Assert.Equal((ulong)image.Length, Top - sp);
        int at = 0;
        Assert.Equal((ulong)arguments, Next());
        for (int i = 0; i < arguments; i++)
            Assert.Equal(request.Arguments[i], Text(Next()));
        Assert.Equal(0UL, Next());
        for (int i = 0; i < variables; i++)
            Assert.Equal(request.Environment[i], Text(Next()));
        Assert.Equal(0UL, Next());
        var entries = new Dictionary<AuxiliaryType, ulong>();
        for (var type = (AuxiliaryType)Next(); type != AuxiliaryType.AT_NULL; type = (AuxiliaryType)Next())
            entries.Add(type, Next());
        Assert.Equal(0UL, Next());
        Assert.Equal(4096UL, entries[AuxiliaryType.AT_PAGESZ]);
        Assert.Equal("x86_64"u8.ToArray(), Text(entries[AuxiliaryType.AT_PLATFORM]));
        Assert.Equal("/bin/program"u8.ToArray(), Text(entries[AuxiliaryType.AT_EXECFN]));
        Assert.Equal(random, image.AsSpan((int)(entries[AuxiliaryType.AT_RANDOM] - sp), 16).ToArray());
        Assert.All(image[^8..], b => Assert.Equal(0, b));
        Assert.True(sp + (ulong)at <= entries[AuxiliaryType.AT_RANDOM]);

        var areas = new ProgramAreas();
        stack.Describe(areas);
        Assert.Equal(areas.ArgumentsEnd, areas.EnvironmentStart);
        Assert.Equal(entries[AuxiliaryType.AT_EXECFN], areas.EnvironmentEnd);
        Assert.Equal(request.Arguments.Sum(a => a.Length + 1), (int)(areas.ArgumentsEnd - areas.ArgumentsStart));

        ulong Next()
        {
            at += 8;
            return BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan(at - 8));
        }

        byte[] Text(ulong address)
        {
            ReadOnlySpan<byte> rest = image.AsSpan((int)(address - sp));
            return rest[..rest.IndexOf((byte)0)].ToArray();
        }
    }

    [Fact]
    public void TooManyArgumentsAreRefused()
    {
        var limits = new Rlimits();
        var request = new ProgramArguments("x"u8);
        byte[] large = new byte[ElfLimits.MAX_ARG_STRLEN - 1];
        while (!request.CheckSize(limits).IsError)
            request.AddArgument(large);
        Assert.InRange(request.Arguments.Count, 16, 17); // a quarter of the 8 MiB that the stack may have
        limits[RlimitResource.RLIMIT_STACK] = new Rlimit(Rlimit.Infinity, Rlimit.Infinity);
        while (!request.CheckSize(limits).IsError)
            request.AddArgument(large);
        Assert.InRange(request.Arguments.Count, 48, 49);
    }
}
