namespace Zonix.Architecture.Tests;

/// <summary>A file that has grown too long holds more than one idea.</summary>
public sealed class FileLengthTests(ITestOutputHelper output)
{
    private const int Wanted = 400;
    private const int Limit = 800;

    [Fact]
    public void Files_stay_short()
    {
        List<string> tooLong = [];
        foreach (string path in SourceTree.CSharpFiles("src", "tests", "benchmarks"))
        {
            int lines = File.ReadLines(Path.Combine(SourceTree.Root, path)).Count();
            if (lines > Wanted)
            {
                output.WriteLine($"{lines,5} {path}");
            }

            if (lines > Limit)
            {
                tooLong.Add($"{path} has {lines} lines");
            }
        }

        Assert.Empty(tooLong);
    }
}
