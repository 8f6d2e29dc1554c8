using System.Buffers.Binary;
using System.Text;
using Zonix.Lx.Loader;
using Zonix.Lx.Vdso;

namespace Zonix.Lx.Tests;

/// <summary>Reads the vDSO of i386 programs as their dynamic linkers and unwinders do.</summary>
public class VdsoImage32Tests
{
    private readonly VdsoImage32 _vdso = new();

    [Fact]
    public void ItIsAProgramFileOfI386()
    {
        Assert.True(ElfHeader.TryRead(_vdso.Image, out ElfHeader header));
        Assert.True(header.IsI386);
        Assert.Equal(VdsoImage.ImageSize, _vdso.Image.Length);
    }

    [Theory]
    [InlineData("__kernel_vsyscall")]
    [InlineData("__kernel_sigreturn")]
    [InlineData("__kernel_rt_sigreturn")]
    public void SymbolsAreFoundThroughTheHashTable(string name)
    {
        Dictionary<uint, int> dynamic = Dynamic();
        int hash = dynamic[4];
        Assert.Equal(1U, U32(hash));
        uint index = U32(hash + 8);
        while (index != 0 && Text(dynamic[5] + (int)U32(dynamic[6] + ((int)index * 16))) != name)
            index = U32(hash + 12 + ((int)index * 4));
        Assert.NotEqual(0U, index);
        int expected = name switch { "__kernel_vsyscall" => _vdso.CallOffset, "__kernel_sigreturn" => _vdso.ReturnOffset, _ => _vdso.RealTimeReturnOffset };
        Assert.Equal(expected, (int)U32(dynamic[6] + ((int)index * 16) + 4));
    }

    [Theory]
    [InlineData("__kernel_vsyscall", "LINUX_2.5")]
    [InlineData("__vdso_clock_gettime", "LINUX_2.6")]
    [InlineData("__vdso_clock_gettime64", "LINUX_2.6")]
    [InlineData("__vdso_gettimeofday", "LINUX_2.6")]
    [InlineData("__vdso_time", "LINUX_2.6")]
    [InlineData("__vdso_clock_getres", "LINUX_2.6")]
    [InlineData("__vdso_getcpu", "LINUX_2.6")]
    public void SymbolsHaveTheVersionsThatLibrariesAskFor(string name, string version)
    {
        Dictionary<uint, int> dynamic = Dynamic();
        int index = 1;
        while (Text(dynamic[5] + (int)U32(dynamic[6] + (index * 16))) != name)
            index++;
        int number = BinaryPrimitives.ReadUInt16LittleEndian(_vdso.Image.AsSpan(dynamic[0x6FFFFFF0] + (index * 2)));
        int definition = dynamic[0x6FFFFFFC];
        while (BinaryPrimitives.ReadUInt16LittleEndian(_vdso.Image.AsSpan(definition + 4)) != number)
            definition += (int)U32(definition + 16);
        Assert.Equal(version, Text(dynamic[5] + (int)U32(definition + (int)U32(definition + 12))));
        Assert.Equal(VdsoImage.ElfHash(version), U32(definition + 8));
    }

    [Fact]
    public void TrampolinesHaveTheBytesThatUnwindersLookFor()
    {
        Assert.Equal([0x58, 0xB8, 0x77, 0, 0, 0, 0xCD, 0x80], _vdso.Image[_vdso.ReturnOffset..(_vdso.ReturnOffset + 8)]);
        Assert.Equal([0xB8, 0xAD, 0, 0, 0, 0xCD, 0x80], _vdso.Image[_vdso.RealTimeReturnOffset..(_vdso.RealTimeReturnOffset + 7)]);
        // A call that a signal interrupted is made again by going back two bytes.
        Assert.Equal([0xCD, 0x80], _vdso.Image[(_vdso.LandingOffset - 2).._vdso.LandingOffset]);
    }

    private Dictionary<uint, int> Dynamic()
    {
        int at = (int)U32(52 + 32 + 4);
        var entries = new Dictionary<uint, int>();
        for (; U32(at) != 0; at += 8)
            entries[U32(at)] = (int)U32(at + 4);
        return entries;
    }

    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_vdso.Image.AsSpan(at));

    private string Text(int at) => Encoding.ASCII.GetString(_vdso.Image.AsSpan(at, _vdso.Image.AsSpan(at).IndexOf((byte)0)));
}
