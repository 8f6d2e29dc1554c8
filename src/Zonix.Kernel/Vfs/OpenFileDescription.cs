namespace Zonix.Kernel.Vfs;

/// <summary>An open file: offset, status flags and the file behind it. open(2).</summary>
public sealed class OpenFileDescription
{
}
