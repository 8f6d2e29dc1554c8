using System.Globalization;
using Zonix.Abi;
using Zonix.Host.Files;

namespace Zonix.Storage;

/// <summary>Only one process has a pool: who has it holds a lock on a file that says who it is.</summary>
internal sealed class PoolLock : IDisposable
{
    private readonly FileStream file;

    private PoolLock(FileStream file) => this.file = file;

    public static PoolLock Take(string directory)
    {
        string path = Path.Combine(directory, "lock");
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new PoolException($"{path}: {e.Message}", Errno.EACCES, e);
        }
        catch (IOException e)
        {
            throw new PoolException($"the pool {directory} is in use by process {Holder(directory)}", Errno.EBUSY, e);
        }
        file.SetLength(0);
        file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
        file.Flush();
        return new PoolLock(file);
    }

    public void Dispose() => file.Dispose();

    // The file is read past its lock.
    private static string Holder(string directory)
    {
        Span<byte> text = stackalloc byte[32];
        if (HostDirectory.OpenRoot(directory, out HostDirectory? opened) != 0)
            return Unknown;
        using (opened)
        {
            if (opened!.OpenFile("lock"u8, 0 /* O_RDONLY */, out HostFile? lockFile) != 0)
                return Unknown;
            using (lockFile)
            {
                long length = lockFile!.PRead(text, 0);
                return length > 0 ? System.Text.Encoding.ASCII.GetString(text[..(int)length]).Trim() : Unknown;
            }
        }
    }

    private const string Unknown = "of an unknown number";
}
