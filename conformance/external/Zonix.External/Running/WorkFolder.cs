namespace Zonix.External.Running;

/// <summary>A fresh folder that everybody may write, as tests change their user.</summary>
internal sealed class WorkFolder : IDisposable
{
    private const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;

    internal WorkFolder(string name)
    {
        FullPath = Path.Combine(Path.GetTempPath(), "zonix-external", $"{Environment.ProcessId}-{name.Replace('/', '-')}");
        Remove();
        Directory.CreateDirectory(FullPath);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.GetDirectoryName(FullPath)!, Everybody | UnixFileMode.StickyBit);
            File.SetUnixFileMode(FullPath, Everybody | UnixFileMode.StickyBit);
        }
    }

    internal string FullPath { get; }

    public void Dispose() => Remove();

    private void Remove()
    {
        try
        {
            if (Directory.Exists(FullPath))
            {
                Directory.Delete(FullPath, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A test that was killed may leave what cannot be removed, such as an immutable file.
            Console.Error.WriteLine($"{FullPath} stays: {e.Message}");
        }
    }
}
