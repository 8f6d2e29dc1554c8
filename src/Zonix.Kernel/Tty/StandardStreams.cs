using Zonix.Host.Files;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Tty;

/// <summary>The process's own standard streams, made into descriptions for the first guest process.</summary>
public sealed class StandardStreams : IDisposable
{
    private readonly VirtualFileSystem vfs;
    private readonly HostStream?[] streams = new HostStream?[3];

    /// <summary>Takes them; a closed one stays closed for the guest too.</summary>
    public StandardStreams(VirtualFileSystem vfs)
    {
        this.vfs = vfs;
        for (int i = 0; i < 3; i++)
        {
            if (HostStandardStream.Open(i) is { } stream)
                streams[i] = new HostStream(stream, vfs.Readiness);
        }
        HostStream? input = FindTerminal(reads: true) ?? FindTerminal(reads: false);
        HostStream? output = FindTerminal(reads: false) ?? input;
        if (input is not null)
        {
            Console = new HostConsole(input, output!);
            vfs.Devices.Add(HostConsole.DeviceNumber, Console);
        }
    }

    /// <summary>The terminal among them.</summary>
    public HostConsole? Console { get; }

    /// <summary>
    /// Descriptors 0, 1 and 2 for a file table; <paramref name="terminalNode"/> is the console's node in the guest's tree, when
    /// there is one.
    /// </summary>
    public void Install(FileTable table, VfsPath terminalNode)
    {
        for (int i = 0; i < 3; i++)
        {
            if (streams[i] is not { } stream)
                continue;
            OpenFlags flags = (OpenFlags)stream.Host.AccessMode | (stream.Host.Append ? OpenFlags.O_APPEND : 0);
            OpenFileDescription description;
            if (stream.Host.IsTerminal && Console is not null && !terminalNode.IsNull)
            {
                Console.Open(terminalNode.Inode, flags, out IFile? terminal);
                description = new OpenFileDescription(terminal!, terminalNode, flags);
            }
            else
            {
                IInode inode = vfs.CreateStreamInode(stream);
                ((IOpenableInode)inode).Open(flags, out IFile? file);
                string kind = stream.Host.IsRegular ? $"/dev/fd/{i}" : $"pipe:[{stream.Host.Stat.Inode}]";
                description = vfs.OpenNameless(file!, kind, flags);
            }
            table.Set(new Fd(i), description, cloexec: false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Console?.Dispose();

    private HostStream? FindTerminal(bool reads)
    {
        foreach (HostStream? stream in streams)
        {
            if (stream is { Host.IsTerminal: true } && stream.Host.AccessMode != (reads ? 1 : 0))
                return stream;
        }
        return null;
    }
}
