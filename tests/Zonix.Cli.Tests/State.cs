using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Zonix.Cli.Tests;

/// <summary>
/// A state folder of its own, in which the command is used as from a shell; the machine that it starts ends with it.
/// ZONIX_PROGRAM names another program than the one beside the tests.
/// </summary>
internal sealed partial class State : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);
    private static readonly string Program = Environment.GetEnvironmentVariable("ZONIX_PROGRAM") ?? Path.Combine(AppContext.BaseDirectory, "zonix");

    // In short: the socket's path is limited.
    private readonly string folder = Directory.CreateTempSubdirectory("zx-").FullName;

    public string Home => Path.Combine(folder, "home");

    public string PathOf(string name) => Path.Combine(folder, name);

    /// <summary>A program of the folder of this name, built with gcc, and some of the host's, as the image "small:1".</summary>
    public void ImportSmall(params string[] programs)
    {
        string tools = Path.Combine(Root(), "eng", "small-root"), tree = PathOf("small.tar");
        Directory.CreateDirectory(PathOf("more"));
        foreach (string source in programs)
        {
            string target = Path.Combine(PathOf("more"), Path.GetFileNameWithoutExtension(source));
            Assert.Equal(0, Run("gcc", ["-O2", "-static", "-o", target, Path.Combine(AppContext.BaseDirectory, "programs", source)]).Status);
        }
        string[] words = [tree, "sh", "bash", "sleep", "true", "cat", "rm", "ls", "mkdir", "ln", "chmod", "touch", "find", "sort", "sha256sum", "seq", "head", "--also", PathOf("more")];
        Assert.Equal((0, ""), (Run(tools, words) is var (status, _, error) ? (status, error) : default));
        Zonix("import", tree, "small:1");
    }

    /// <summary>Runs the command, which has to succeed; what it printed, without the last line feed.</summary>
    public string Zonix(params string[] words)
    {
        (int status, string output, string error) = Try(words);
        Assert.True(status == 0, $"zonix {string.Join(' ', words)}: {status}: {output}{error}");
        return output.TrimEnd('\n');
    }

    /// <summary>Runs the command, however it ends.</summary>
    public (int Status, string Output, string Error) Try(params string[] words) => Run(Program, words);

    /// <summary>Starts the command; its standard output can be read.</summary>
    public Process Start(params string[] words) => Process.Start(Info(Program, words))!;

    /// <summary>The machine's process.</summary>
    public Process Machine() => Process.GetProcessById(int.Parse(ProcessNumber().Match(Zonix("machine", "status")).Groups[1].Value, CultureInfo.InvariantCulture));

    public void Dispose()
    {
        Try("machine", "stop");
        Directory.Delete(folder, recursive: true);
    }

    private (int Status, string Output, string Error) Run(string program, string[] words)
    {
        using Process process = Process.Start(Info(program, words))!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            Assert.Fail($"{program} {string.Join(' ', words)} does not end");
        }
        return (process.ExitCode, output.Result, error.Result);
    }

    private ProcessStartInfo Info(string program, string[] words)
    {
        var info = new ProcessStartInfo(program, words) { RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["ZONIX_HOME"] = Home;
        return info;
    }

    private static string Root()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Zonix.slnx")))
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("Zonix.slnx is in no folder above the tests");
        return root;
    }

    [GeneratedRegex("as process ([0-9]+)")]
    private static partial Regex ProcessNumber();
}
