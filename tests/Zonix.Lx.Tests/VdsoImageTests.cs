using System.Buffers.Binary;
using System.Text;
using Zonix.Lx.Vdso;

namespace Zonix.Lx.Tests;

/// <summary>Reads the image as a dynamic linker does: from the program headers, through the dynamic section.</summary>
public class VdsoImageTests
{
    private readonly byte[] _image = VdsoImage.Build();

    [Theory]
    [InlineData("__vdso_clock_gettime")]
    [InlineData("__vdso_gettimeofday")]
    [InlineData("__vdso_time")]
    [InlineData("__vdso_getcpu")]
    [InlineData("__vdso_clock_getres")]
    [InlineData("clock_gettime")]
    public void SymbolsAreFoundThroughTheHashTable(string name)
    {
        Dictionary<ulong, ulong> dynamic = Dynamic();
        int hash = (int)dynamic[4];
        uint buckets = U32(hash);
        uint index = U32(hash + 8 + ((int)(VdsoImage.ElfHash(name) % buckets) * 4));
        while (index != 0 && Text(dynamic, U32(Symbol(dynamic, index))) != name)
            index = U32(hash + 8 + ((int)(buckets + index) * 4));
        Assert.NotEqual(0U, index);
        int symbol = Symbol(dynamic, index);
        Assert.Equal(2, _image[symbol + 4] & 15); // STT_FUNC
        Assert.Contains(_image[symbol + 4] >> 4, new[] { 1, 2 });
        Assert.NotEqual(0, BinaryPrimitives.ReadUInt16LittleEndian(_image.AsSpan(symbol + 6)));
        Assert.Equal(2, BinaryPrimitives.ReadUInt16LittleEndian(_image.AsSpan((int)(dynamic[0x6FFFFFF0] + (2 * index)))));
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(_image.AsSpan(symbol + 8));
        Assert.True(value > 64 && value < (ulong)_image.Length);
    }

    [Fact]
    public void TheVersionIsDefined()
    {
        Dictionary<ulong, ulong> dynamic = Dynamic();
        int definition = (int)dynamic[0x6FFFFFFC];
        definition += (int)U32(definition + 16);
        Assert.Equal(0x3AE75F6U, U32(definition + 8)); // the hash that Go looks for
        Assert.Equal("LINUX_2.6", Text(dynamic, U32(definition + (int)U32(definition + 12))));
        Assert.Equal("linux-vdso.so.1", Text(dynamic, (uint)dynamic[14]));
    }

    [Fact]
    public void TheFrameTableIsSortedAndComplete()
    {
        int header = Segment(0x6474E550).Offset;
        Assert.Equal([1, 0x1B, 3, 0x3B], _image[header..(header + 4)]);
        uint count = U32(header + 8);
        Assert.Equal(5U, count);
        int last = int.MinValue;
        for (int i = 0; i < count; i++)
        {
            int function = (int)U32(header + 12 + (i * 8));
            int entry = header + (int)U32(header + 16 + (i * 8));
            Assert.True(function > last);
            last = function;
            Assert.Equal(header + function, entry + 8 + (int)U32(entry + 8));
        }
    }

    private static int Symbol(Dictionary<ulong, ulong> dynamic, uint index) => (int)(dynamic[6] + (24 * index));

    private Dictionary<ulong, ulong> Dynamic()
    {
        (int offset, int size) = Segment(2);
        var entries = new Dictionary<ulong, ulong>();
        for (int at = offset; at < offset + size; at += 16)
        {
            entries[BinaryPrimitives.ReadUInt64LittleEndian(_image.AsSpan(at))] =
                BinaryPrimitives.ReadUInt64LittleEndian(_image.AsSpan(at + 8));
        }

        return entries;
    }

    private (int Offset, int Size) Segment(uint type)
    {
        for (int i = 0; i < 4; i++)
        {
            int at = 64 + (56 * i);
            if (U32(at) == type)
                return ((int)U32(at + 8), (int)U32(at + 32));
        }

        throw new InvalidOperationException($"no segment of type {type:x}");
    }

    private uint U32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_image.AsSpan(offset));

    private string Text(Dictionary<ulong, ulong> dynamic, uint offset)
    {
        ReadOnlySpan<byte> rest = _image.AsSpan((int)(dynamic[5] + offset));
        return Encoding.ASCII.GetString(rest[..rest.IndexOf((byte)0)]);
    }
}
