using System.Diagnostics;
using System.Text;
using Zonix.Abi;
using Zonix.Images.Tar;
using Zonix.Images.Unpacking;
using Zonix.Kernel.Vfs;

namespace Zonix.Zones.Tests;

/// <summary>A root file system of a few of the host's programs with their libraries, as an archive: a shell, and what scripts of tests need.</summary>
internal static class SmallImage
{
    private static readonly string[] Programs = ["sh", "sleep", "cat", "ls", "rm", "mkdir", "ln", "touch", "chmod", "chown", "stat", "grep", "setsid", "env", "id", "kill"];

    /// <summary>Null: the host has no ldd.</summary>
    internal static MemoryStream? Pack()
    {
        var files = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string program in Programs)
        {
            string path = $"/bin/{program}";
            if (!File.Exists(path))
                path = $"/usr/bin/{program}";
            files.Add(path);
            if (Libraries(path) is not { } libraries)
                return null;
            files.UnionWith(libraries);
        }

        var archive = new MemoryStream();
        var tar = new TarWriter(archive);
        var made = new HashSet<string>();
        foreach (string folder in (string[])["dev", "proc", "sys", "tmp", "etc", "root", "sbin", "srv", "usr", "usr/bin"])
            AddFolder(tar, made, folder);
        foreach (string file in files)
            AddFile(tar, made, Programs.Contains(Path.GetFileName(file)) ? "bin/" + Path.GetFileName(file) : file[1..], File.ReadAllBytes(file), 0x1ED);
        AddFile(tar, made, "etc/passwd", "root:x:0:0::/root:/bin/sh\nweb:x:33:34::/srv:/bin/sh\n"u8.ToArray(), 0x1A4);
        AddFile(tar, made, "etc/group", "root:x:0:\nweb:x:34:\n"u8.ToArray(), 0x1A4);
        AddFile(tar, made, "srv/page", "from the image"u8.ToArray(), 0x180, uid: 33);
        tar.Complete();
        archive.Position = 0;
        return archive;
    }

    private static void AddFolder(TarWriter tar, HashSet<string> made, string name)
    {
        if (made.Add(name))
            tar.WriteEntry(new TarEntry { Kind = TarEntryKind.Directory, Name = Encoding.UTF8.GetBytes(name), Attributes = Attributes(FileModeBits.S_IFDIR | 0x1ED, 0) });
    }

    private static void AddFile(TarWriter tar, HashSet<string> made, string name, byte[] content, uint mode, uint uid = 0)
    {
        if (!made.Add(name))
            return;
        tar.WriteEntry(new TarEntry { Kind = TarEntryKind.File, Name = Encoding.UTF8.GetBytes(name), Size = content.Length, Attributes = Attributes(FileModeBits.S_IFREG | mode, uid) });
        tar.Write(content);
    }

    private static EntryAttributes Attributes(uint mode, uint uid) => new(mode, uid, uid, new Timestamp(1_600_000_000, 0));

    private static List<string>? Libraries(string program)
    {
        try
        {
            using Process ldd = Process.Start(new ProcessStartInfo("ldd", [program]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string[] lines = ldd.StandardOutput.ReadToEnd().Split('\n');
            ldd.WaitForExit();
            return [.. lines
                .Select(line => line.Contains("=>", StringComparison.Ordinal) ? line.Split("=>")[1].Trim() : line.Trim())
                .Where(line => line.StartsWith('/'))
                .Select(line => line.Split(' ')[0])];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
