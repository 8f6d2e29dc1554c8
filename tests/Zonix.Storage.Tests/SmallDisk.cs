using System.Diagnostics;

namespace Zonix.Storage.Tests;

/// <summary>A file system of the host's with little room, where the tests may mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("zonix-disk-");

    private SmallDisk()
    {
    }

    public string Path => folder.FullName;

    /// <summary>Mounts one; the test is skipped where that is not allowed.</summary>
    public static SmallDisk Mount(int megabytes)
    {
        var disk = new SmallDisk();
        if (Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "zonix-test", disk.Path) == 0)
            return disk;
        disk.folder.Delete();
        Assert.Skip("a small disk can be mounted by root only");
        return disk;
    }

    public void Dispose()
    {
        Run("umount", "-l", Path);
        folder.Delete();
    }

    private static int Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
