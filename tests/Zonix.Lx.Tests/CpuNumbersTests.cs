using Xunit;
using Zonix.Lx.Proc;

namespace Zonix.Lx.Tests;

public sealed class CpuNumbersTests
{
    [Theory]
    [InlineData(0UL, "")]
    [InlineData(1UL, "0")]
    [InlineData(0b1011UL, "0-1,3")]
    [InlineData(0x8000_0000_0000_0000UL, "63")]
    [InlineData(ulong.MaxValue, "0-63")]
    public void Lists_ranges(ulong set, string list) => Assert.Equal(list, CpuNumbers.List(set));

    [Theory]
    [InlineData(3UL, "3")]
    [InlineData(0xF_0000_0001UL, "f,00000001")]
    public void Masks_have_a_comma_between_groups_of_32(ulong set, string mask) => Assert.Equal(mask, CpuNumbers.Mask(set));
}
