using System.Text;
using Zonix.Lx.Loader;

namespace Zonix.Lx.Tests;

public class ScriptHeaderTests
{
    [Theory]
    [InlineData("#!/bin/sh\n", "/bin/sh", null)]
    [InlineData("#!/bin/sh", "/bin/sh", null)]
    [InlineData("#! \t/bin/sh  \t\nx", "/bin/sh", null)]
    [InlineData("#!/usr/bin/env -S a b \n", "/usr/bin/env", "-S a b")]
    [InlineData("#!/bin/awk\t-f\n", "/bin/awk", "-f")]
    [InlineData("#!/bin/sh -x\0y\n", "/bin/sh", "-x")]
    public void Parses(string text, string interpreter, string? argument)
    {
        Assert.True(ScriptHeader.TryParse(Encoding.ASCII.GetBytes(text), out ScriptHeader header));
        Assert.Equal(interpreter, Encoding.ASCII.GetString(header.Interpreter));
        Assert.Equal(argument, header.Argument is null ? null : Encoding.ASCII.GetString(header.Argument));
    }

    [Theory]
    [InlineData("#!\n")]
    [InlineData("#!   \n")]
    [InlineData("#")]
    [InlineData("")]
    [InlineData("# !/bin/sh\n")]
    public void Refuses(string text) => Assert.False(ScriptHeader.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void APathThatMayBeCutOffIsRefusedAndAnArgumentIsCut()
    {
        Assert.False(ScriptHeader.TryParse(Encoding.ASCII.GetBytes("#!/" + new string('a', 400) + "\n"), out _));
        Assert.True(ScriptHeader.TryParse(Encoding.ASCII.GetBytes("#!/bin/sh " + new string('a', 400) + "\n"), out ScriptHeader header));
        Assert.Equal(255 - 10, header.Argument!.Length);
    }

    [Fact]
    public void RandomLinesNeverThrow()
    {
        var random = new Random(1);
        byte[] line = new byte[300];
        ReadOnlySpan<byte> letters = " \t\n\0#!/ab"u8;
        for (int i = 0; i < 200_000; i++)
        {
            int length = random.Next(line.Length);
            for (int j = 2; j < length; j++)
                line[j] = random.Next(40) == 0 ? (byte)'\n' : letters[random.Next(letters.Length)];
            "#!"u8.CopyTo(line);
            _ = ScriptHeader.TryParse(line.AsSpan(0, Math.Max(length, 2)), out _);
        }
    }
}
