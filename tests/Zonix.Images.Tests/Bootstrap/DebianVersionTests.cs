using System.Diagnostics;
using CsCheck;
using Zonix.Images.Bootstrap.Control;

namespace Zonix.Images.Tests;

/// <summary>The order of versions: cases of deb-version(7), the laws of an order, and dpkg itself where it is installed.</summary>
public sealed class DebianVersionTests
{
    // Few characters, so that random versions share long beginnings.
    private static readonly Gen<string> Part = Gen.OneOfConst('0', '1', '9', '.', '~', '+', 'a', 'Z').Array[0, 5].Select(chars => "1" + new string(chars));
    private static readonly Gen<string> Version = Gen.Select(Gen.OneOfConst("", "0:", "1:", "10:"), Part, Gen.OneOfConst("", "-0", "-1", "-1~a", "-10+b1"),
        (epoch, upstream, revision) => epoch + upstream + revision);

    [Theory]
    [InlineData("1.0", "1.0", 0)]
    [InlineData("0:1.0", "1.0", 0)]
    [InlineData("1.0-0", "1.0", 0)]
    [InlineData("1.01", "1.1", 0)]
    [InlineData("1.9", "1.10", -1)]
    [InlineData("1:0.1", "9.9", 1)]
    [InlineData("1.0~rc1", "1.0", -1)]
    [InlineData("1.0~~", "1.0~", -1)]
    [InlineData("1.0a", "1.0+", -1)]
    [InlineData("1.0", "1.0a", -1)]
    [InlineData("1.0-1", "1.0-1+b1", -1)]
    [InlineData("1-2-1", "1-1-9", 1)]
    [InlineData("1.99999999999999999999", "1.100000000000000000000", -1)]
    public void The_order_is_that_of_deb_version(string a, string b, int expected)
    {
        Assert.Equal(expected, Math.Sign(DebianVersion.Compare(a, b)));
        Assert.Equal(-expected, Math.Sign(DebianVersion.Compare(b, a)));
    }

    [Fact]
    public void The_order_is_antisymmetric() => Gen.Select(Version, Version).Sample((a, b) =>
        Math.Sign(DebianVersion.Compare(a, b)) == -Math.Sign(DebianVersion.Compare(b, a)));

    [Fact]
    public void The_order_is_transitive() => Gen.Select(Version, Version, Version).Sample((a, b, c) =>
        DebianVersion.Compare(a, b) > 0 || DebianVersion.Compare(b, c) > 0 || DebianVersion.Compare(a, c) <= 0);

    [Fact]
    public void The_order_is_that_of_dpkg()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/dpkg"), "dpkg is not installed");
        Gen.Select(Version, Version).Sample((a, b) =>
            DpkgSays(a, "lt", b) == (DebianVersion.Compare(a, b) < 0) && DpkgSays(a, "eq", b) == (DebianVersion.Compare(a, b) == 0), iter: 100, threads: 1);
    }

    private static bool DpkgSays(string a, string relation, string b)
    {
        using Process dpkg = Process.Start("/usr/bin/dpkg", ["--compare-versions", a, relation, b]);
        dpkg.WaitForExit();
        return dpkg.ExitCode == 0;
    }
}
