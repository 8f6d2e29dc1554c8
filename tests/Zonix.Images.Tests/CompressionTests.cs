using System.IO.Compression;
using Zonix.Images.Compression;

namespace Zonix.Images.Tests;

/// <summary>What is compressed comes out whole, or not at all.</summary>
public sealed class CompressionTests
{
    private const int TrailerLength = 8;
    private static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(static i => (byte)(i * i >> 7))];

    [Fact]
    public void Gzip_comes_out_whole() => Assert.Equal(Content, Read(Gzip(Content)));

    [Fact]
    public void Members_of_gzip_are_read_one_behind_the_other() => Assert.Equal((byte[])[.. Content, .. Content, 1], Read([.. Gzip(Content), .. Gzip(Content), .. Gzip([1])]));

    [Fact]
    public void What_pads_gzip_is_passed_over() => Assert.Equal(Content, Read([.. Gzip(Content), .. new byte[1000]]));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(TrailerLength)]
    [InlineData(TrailerLength + 1)]
    [InlineData(1000)]
    public void Gzip_that_is_cut_is_refused(int missing)
    {
        byte[] whole = Gzip(Content);
        ImageException e = Assert.Throws<ImageException>(() => Read(whole[..^missing]));
        Assert.Contains("the gzip data is broken, or cut off", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gzip_with_another_checksum_is_refused()
    {
        byte[] whole = Gzip(Content);
        whole[^6] ^= 1;
        Assert.Throws<ImageException>(() => Read(whole));
    }

    private static byte[] Gzip(byte[] content)
    {
        var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        return target.ToArray();
    }

    private static byte[] Read(byte[] compressed)
    {
        using Stream plain = Decompression.Open(new MemoryStream(compressed), out CompressionKind kind);
        Assert.Equal(CompressionKind.Gzip, kind);
        var all = new MemoryStream();
        plain.CopyTo(all, 1000);
        return all.ToArray();
    }
}
