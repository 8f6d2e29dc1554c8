using System.Runtime.InteropServices;
using System.Text;
using Zonix.Abi;

namespace Zonix.FileSystems.Tests;

/// <summary>The same operations on a directory of the host: the oracle is the kernel the tests run on.</summary>
internal sealed partial class NativeTree(string root) : IFileOperations
{
    private const int O_WRONLY = 1, O_CREAT = 0x40, O_TRUNC = 0x200, O_APPEND = 0x400, AT_SYMLINK_NOFOLLOW = 0x100;

    public Errno MakeDirectory(string path) => Result(mkdir(Place(path), 0x1ED));

    public Errno MakeLink(string target, string path) => Result(symlink(target, Place(path)));

    public Errno RemoveDirectory(string path) => Result(rmdir(Place(path)));

    public Errno Unlink(string path) => Result(unlink(Place(path)));

    public Errno Rename(string from, string to) => Result(rename(Place(from), Place(to)));

    public Errno HardLink(string from, string to) => Result(link(Place(from), Place(to)));

    public Errno Truncate(string path, long size) => Result(truncate(Place(path), size));

    public Errno ChangeMode(string path, uint mode) => Result(chmod(Place(path), mode));

    public Errno Write(string path, string text, bool append)
    {
        int fd = open(Place(path), O_WRONLY | O_CREAT | (append ? O_APPEND : O_TRUNC), 0x1A4);
        if (fd < 0)
            return (Errno)Marshal.GetLastPInvokeError();
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Errno e = Result((int)write(fd, bytes, bytes.Length));
        _ = close(fd);
        return e;
    }

    public string Describe(string path)
    {
        var lines = new List<string>();
        Describe(Place(path).TrimEnd('/'), lines);
        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    private void Describe(string directory, List<string> lines)
    {
        foreach (string entry in Directory.EnumerateFileSystemEntries(directory, "*", new EnumerationOptions { AttributesToSkip = 0 }))
        {
            string shown = entry[root.Length..];
            var info = new FileInfo(entry);
            var attributes = new byte[256];
            Assert.Equal(0, statx(-100, entry, AT_SYMLINK_NOFOLLOW, 0x7ff, attributes));
            uint mode = BitConverter.ToUInt16(attributes, 28) & 0xFFFu, links = BitConverter.ToUInt32(attributes, 16);
            if (info.LinkTarget is { } target)
            {
                lines.Add($"{shown} link {target}");
            }
            else if (Directory.Exists(entry))
            {
                lines.Add($"{shown} dir {mode:x}");
                Describe(entry, lines);
            }
            else
            {
                lines.Add($"{shown} file {mode:x} {links} {info.Length} {File.ReadAllText(entry)}");
            }
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int mkdir(string path, uint mode);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int symlink(string target, string path);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int rmdir(string path);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int unlink(string path);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int rename(string from, string to);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int link(string from, string to);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int truncate(string path, long size);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int chmod(string path, uint mode);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int open(string path, int flags, uint mode);
    [LibraryImport("libc", SetLastError = true)] private static partial nint write(int fd, byte[] bytes, nint count);
    [LibraryImport("libc")] private static partial int close(int fd);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int directory, string path, int flags, uint mask, byte[] buffer);

    private static Errno Result(int result) => result < 0 ? (Errno)Marshal.GetLastPInvokeError() : 0;

    private string Place(string path) => root + path;
}
