using System.Globalization;
using Zonix.Abi;

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
            throw new PoolException($"the pool {directory} is in use by process {Holder(path)}", Errno.EBUSY, e);
        }
        file.SetLength(0);
        file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
        file.Flush();
        return new PoolLock(file);
    }

    public void Dispose() => file.Dispose();

    private static string Holder(string path)
    {
        try
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            string text = reader.ReadToEnd().Trim();
            return text.Length > 0 ? text : "of an unknown number";
        }
        catch (IOException)
        {
            return "of an unknown number";
        }
    }
}
