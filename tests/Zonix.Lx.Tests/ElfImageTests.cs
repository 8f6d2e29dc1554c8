using System.Buffers.Binary;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Lx.Loader;

namespace Zonix.Lx.Tests;

public class ElfImageTests
{
    private const ulong Limit = 0xFFFF_0000;

    private static readonly string[] s_programs = ["/bin/true", "/bin/bash", "/lib64/ld-linux-x86-64.so.2", "/usr/bin/env"];

    [Fact]
    public void ReadsRealPrograms()
    {
        foreach (string path in s_programs)
        {
            byte[] file = File.ReadAllBytes(path);
            SysResult result = ElfImage.ReadProgram(new ByteSource(file), file, out ElfImage? image);
            Assert.False(result.IsError, path);
            Assert.NotNull(image);
            Assert.True(image.TotalMappingSize() > 0);
            Assert.Equal(0UL, image.TotalMappingSize() == 0 ? 1UL : 0UL);
            Assert.NotEqual(0UL, image.ProgramHeaderAddress());
            result = SegmentPlan.Create(image, 0x5555_4000, Limit, 0x1_0000, out SegmentPlan? plan);
            Assert.False(result.IsError, path);
            Assert.NotNull(plan);
            Assert.True(plan.ProgramBreak > plan.EndCode);
        }
    }

    [Fact]
    public void NamesTheInterpreter()
    {
        byte[] file = File.ReadAllBytes("/bin/true");
        ElfImage.ReadProgram(new ByteSource(file), file, out ElfImage? image);
        Assert.Equal("/lib64/ld-linux-x86-64.so.2"u8.ToArray(), image!.Interpreter);
        Assert.False(image.ExecutableStack);
    }

    [Theory]
    [InlineData(16, ElfType.ET_REL)]
    [InlineData(16, ElfType.ET_CORE)]
    [InlineData(18, (ElfType)3)] // EM_386
    [InlineData(54, (ElfType)32)] // size of a 32-bit program header
    [InlineData(56, (ElfType)0)]
    [InlineData(56, (ElfType)2000)]
    public void RefusesWrongHeaders(int offset, ElfType value)
    {
        byte[] file = File.ReadAllBytes("/bin/true");
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(offset), (ushort)value);
        Assert.Equal(Errno.ENOEXEC, ElfImage.ReadProgram(new ByteSource(file), file, out _).Error);
    }

    [Fact]
    public void EveryTruncationIsRefusedOrPlanned()
    {
        byte[] file = File.ReadAllBytes("/bin/true");
        for (int length = 0; length < Math.Min(file.Length, 4096); length++)
            Check(file.AsSpan(0, length).ToArray());
    }

    [Fact]
    public void MutantsNeverThrow()
    {
        var random = new Random(20240607);
        byte[][] seeds = [.. s_programs.Select(p => File.ReadAllBytes(p).AsSpan(0, 4096).ToArray())];
        byte[] work = new byte[4096];
        for (int i = 0; i < 120_000; i++)
        {
            seeds[i % seeds.Length].CopyTo(work, 0);
            int changes = 1 + random.Next(6);
            for (int j = 0; j < changes; j++)
                Mutate(work, random);
            Check(work);
        }
    }

    private static void Mutate(byte[] work, Random random)
    {
        // Mostly within the headers, at the alignment of their fields, with values that overflow.
        int at = random.Next(8) == 0 ? random.Next(work.Length - 8) : random.Next((64 + (56 * 13)) / 4) * 4;
        ulong value = random.Next(7) switch
        {
            0 => 0,
            1 => ulong.MaxValue,
            2 => long.MaxValue,
            3 => 1UL << random.Next(64),
            4 => (1UL << random.Next(64)) - 1,
            5 => (ulong)random.NextInt64(),
            _ => (ulong)random.Next(0x10000),
        };
        switch (random.Next(3))
        {
            case 0:
                work[at] = (byte)value;
                break;
            case 1:
                BinaryPrimitives.WriteUInt32LittleEndian(work.AsSpan(at), (uint)value);
                break;
            default:
                BinaryPrimitives.WriteUInt64LittleEndian(work.AsSpan(at), value);
                break;
        }
    }

    private static void Check(byte[] file)
    {
        var source = new ByteSource(file);
        SysResult result = ElfImage.ReadProgram(source, file, out ElfImage? image);
        _ = ElfImage.ReadInterpreter(source, isI386: false, out _);
        if (result.IsError)
        {
            Assert.True(result.Error is Errno.ENOEXEC or Errno.EIO or Errno.EINVAL);
            return;
        }

        _ = image!.MaximumAlignment();
        _ = image.TotalMappingSize();
        _ = image.ProgramHeaderAddress();
        foreach (ulong bias in (ulong[])[0, 0x5555_4000, 0xFFFF_FFFF_FFFF_F000])
        {
            if (SegmentPlan.Create(image, bias, Limit, 0x1_0000, out SegmentPlan? plan).IsError)
                continue;
            foreach (SegmentMapping mapping in plan!.Mappings)
                AssertSound(mapping);
        }
    }

    private static void AssertSound(in SegmentMapping mapping)
    {
        Assert.Equal(0UL, (mapping.Address | mapping.FileLength | mapping.FileOffset | mapping.AnonymousStart | mapping.AnonymousEnd) & 4095);
        Assert.True(mapping.Address + mapping.FileLength <= Limit);
        Assert.True(mapping.FileOffset <= long.MaxValue);
        Assert.True(mapping.AnonymousStart <= mapping.AnonymousEnd && mapping.AnonymousEnd <= Limit);
        Assert.True(mapping.ZeroStart <= mapping.ZeroEnd);
        if (mapping.ZeroEnd != 0)
            Assert.True(mapping.ZeroStart >= mapping.Address && mapping.ZeroEnd <= mapping.Address + mapping.FileLength);
    }
}
