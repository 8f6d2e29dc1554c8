using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tests.Waiting;

/// <summary>FUTEX_OP(op, oparg, cmp, cmparg) of futex(2).</summary>
public sealed class FutexOperationTests
{
    [Theory]
    [InlineData(0, 7, 5u, 7u)]
    [InlineData(1, 7, 5u, 12u)]
    [InlineData(1, -1, 5u, 4u)]
    [InlineData(2, 6, 5u, 7u)]
    [InlineData(3, 4, 5u, 1u)]
    [InlineData(4, 4, 5u, 1u)]
    [InlineData(8 | 2, 3, 1u, 9u)]
    public void Applies_its_operation(int op, int argument, uint old, uint expected) =>
        Assert.Equal(expected, Encode(op, argument, 0, 0).Apply(old));

    [Theory]
    [InlineData(0, 5, 5u, true)]
    [InlineData(1, 5, 5u, false)]
    [InlineData(2, -1, 0xFFFFFFFEu, true)]
    [InlineData(3, 5, 5u, true)]
    [InlineData(4, -1, 0u, true)]
    [InlineData(5, 5, 4u, false)]
    public void Compares_with_sign(int comparison, int comparand, uint old, bool expected) =>
        Assert.Equal(expected, Encode(0, 0, comparison, comparand).Compare(old));

    [Fact]
    public void Refuses_what_does_not_exist()
    {
        Assert.True(Encode(4, 0, 5, 0).HasOperation);
        Assert.False(Encode(5, 0, 0, 0).HasOperation);
        Assert.False(Encode(0, 0, 6, 0).HasComparison);
    }

    private static FutexOperation Encode(int op, int argument, int comparison, int comparand) =>
        new((uint)((op << 28) | (comparison << 24) | ((argument & 0xFFF) << 12) | (comparand & 0xFFF)));
}
