using System.Diagnostics;

namespace Zonix.Images.Tests;

/// <summary>A folder of the host that is gone after the test.</summary>
internal sealed class HostFolder : IDisposable
{
    private readonly DirectoryInfo folder;

    private HostFolder(DirectoryInfo folder) => this.folder = folder;

    public string Root => folder.FullName;

    public static HostFolder Create() => new(Directory.CreateTempSubdirectory("zonix-images-"));

    public string Path(string name) => System.IO.Path.Combine(Root, name);

    /// <summary>Runs a program there, which has to succeed; its output.</summary>
    public string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {process.ExitCode}: {errors.Result}");
        return output;
    }

    public void Dispose() => folder.Delete(recursive: true);
}
