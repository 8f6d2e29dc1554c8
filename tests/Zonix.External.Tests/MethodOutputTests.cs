using Zonix.External.Python;

namespace Zonix.External.Tests;

/// <summary>The lines of python/methods.py are read.</summary>
public sealed class MethodOutputTests
{
    [Fact]
    public void Methods_that_ended_and_the_one_that_did_not()
    {
        MethodOutput output = MethodOutput.Read("@@ start\ta\t\n@@ ok\ta\t\nnoise@@ start\tb\t\n@@ fail\tb\tone\n@@ ok\tb\t\n@@ start\tc\t\nchatter");
        Assert.Equal(new MethodResult("ok", ""), output.Ended["a"]);
        Assert.Equal(new MethodResult("fail", "one"), output.Ended["b"]);
        Assert.Equal("c", output.Open);
        Assert.False(output.Complete);
    }

    [Fact]
    public void Complete_module()
    {
        MethodOutput output = MethodOutput.Read("@@ start\ta\t\n@@ skip\ta\tno tty\n@@ end\ttest_x\t\n");
        Assert.Equal("skip", output.Ended["a"].Kind);
        Assert.True(output.Complete);
        Assert.Null(output.Open);
    }
}
