using System.Collections.Concurrent;
using System.Text;
using Zonix.Images.Bootstrap;
using Zonix.Images.Tar;

namespace Zonix.Images.Tests;

/// <summary>A host with a configuration of apt and a mirror, of which Debians are made.</summary>
internal sealed class BootstrapFixture : IDisposable
{
    private readonly HostFolder folder = HostFolder.Create();
    private readonly MemoryTree machine = new();

    public BootstrapFixture()
    {
        Mirror = DebianMirror.Small(folder);
        Write("usr/share/keyrings/debian-archive-keyring.gpg", SigningKey.Trusted.PublicKey);
        Runner = new RecordingRunner(machine.Vfs);
        Options = new BootstrapOptions
        {
            Suite = DebianMirror.Suite, Mirror = Mirror.Archive, CacheDirectory = folder.Path("cache"), ConfigurationRoot = folder.Path("host"),
        };
    }

    public DebianMirror Mirror { get; }

    public RecordingRunner Runner { get; }

    /// <summary>What it has said of its progress.</summary>
    public ConcurrentQueue<string> Said { get; } = new();

    public BootstrapOptions Options { get; set; }

    public string Cache => folder.Path("cache");

    /// <summary>A file of the host's.</summary>
    public string Write(string path, string content)
    {
        string whole = Path.Combine(folder.Path("host"), path);
        Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
        File.WriteAllText(whole, content);
        return whole;
    }

    /// <summary>Makes one: the layer's bytes.</summary>
    public byte[] Make(out BootstrapResult result)
    {
        using var layer = new MemoryStream();
        result = new DebianBootstrap(Options, Runner, progress => Said.Enqueue(progress.Text)).RunAsync(layer, TestContext.Current.CancellationToken).GetAwaiter().GetResult();
        return layer.ToArray();
    }

    public byte[] Make() => Make(out _);

    /// <summary>Why none can be made.</summary>
    public string Refusal() => Assert.Throws<BootstrapException>(Make).Message;

    /// <summary>The names and contents of the files of a layer.</summary>
    public static Dictionary<string, string> Files(byte[] layer)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var reader = new TarReader(new MemoryStream(layer));
        while (reader.Next() is { } entry)
            files[Encoding.UTF8.GetString(entry.Name)] = entry.Kind == TarEntryKind.File ? Encoding.UTF8.GetString(reader.ReadAll(1 << 20)) : "";
        return files;
    }

    public void Dispose()
    {
        Mirror.Dispose();
        machine.Dispose();
        folder.Dispose();
    }
}
