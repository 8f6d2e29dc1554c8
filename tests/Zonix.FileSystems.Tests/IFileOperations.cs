using Zonix.Abi;

namespace Zonix.FileSystems.Tests;

/// <summary>What the model tests do, on the kernel's tree and on the host's.</summary>
internal interface IFileOperations
{
    Errno MakeDirectory(string path);

    Errno MakeLink(string target, string path);

    Errno RemoveDirectory(string path);

    Errno Unlink(string path);

    Errno Rename(string from, string to);

    Errno HardLink(string from, string to);

    Errno Write(string path, string text, bool append);

    Errno Truncate(string path, long size);

    Errno ChangeMode(string path, uint mode);

    string Describe(string path);
}
