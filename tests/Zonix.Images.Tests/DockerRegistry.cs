using System.Diagnostics;

namespace Zonix.Images.Tests;

/// <summary>Debian's docker-registry on a port of this machine. Without the program tests skip.</summary>
internal sealed class DockerRegistry : IDisposable
{
    public const string UserName = "user", Password = "secret";

    // bcrypt of the password: docker-registry takes nothing else.
    private const string PasswordLine = "user:$2b$05$g914Obw.d8px27f1988wxeosHI4B21hQLyZbLI5xkewWjMzjowMAi";
    private readonly HostFolder folder = HostFolder.Create();
    private readonly Process process;

    private DockerRegistry(bool hasPassword)
    {
        Host = $"127.0.0.1:{FreePort.Find()}";
        File.WriteAllText(folder.Path("htpasswd"), PasswordLine + "\n");
        string auth = hasPassword ? $"auth:\n  htpasswd:\n    realm: test\n    path: {folder.Path("htpasswd")}\n" : "";
        File.WriteAllText(folder.Path("config.yml"), $"version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {folder.Path("data")}\nhttp:\n  addr: {Host}\n{auth}");
        process = Process.Start(new ProcessStartInfo("docker-registry", ["serve", folder.Path("config.yml")]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _ = process.StandardOutput.ReadToEndAsync();
        // It says so when it listens.
        while (process.StandardError.ReadLine() is { } line)
        {
            if (line.Contains("listening on", StringComparison.Ordinal))
                break;
        }
        _ = process.StandardError.ReadToEndAsync();
        Assert.False(process.HasExited, "docker-registry ended");
    }

    public string Host { get; }

    public static DockerRegistry Start(bool hasPassword = false)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/docker-registry"), "docker-registry is not there (package docker-registry)");
        return new DockerRegistry(hasPassword);
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        folder.Dispose();
    }
}
