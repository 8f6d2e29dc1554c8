using System.Globalization;
using System.Text;
using Zonix.Images.Compression;
using Zonix.Images.Tar;

namespace Zonix.Images.Bootstrap.Debs;

/// <summary>A binary package: an ar archive of "debian-binary", control.tar and data.tar. deb(5).</summary>
public sealed class DebFile
{
    private const int HeaderSize = 60;
    private readonly ReadOnlyMemory<byte> control, data;
    private readonly string name;

    /// <summary>Finds the parts of a file.</summary>
    /// <param name="file">Its content.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="BootstrapException">It is no binary package.</exception>
    public DebFile(ReadOnlyMemory<byte> file, string name)
    {
        this.name = name;
        ReadOnlySpan<byte> bytes = file.Span;
        if (!bytes.StartsWith("!<arch>\n"u8))
            throw Broken("it is no ar archive");
        bool hasVersion = false;
        for (int at = 8; at + HeaderSize <= bytes.Length;)
        {
            ReadOnlySpan<byte> header = bytes.Slice(at, HeaderSize);
            if (header[58] != '`' || header[59] != '\n' || !TrySize(header.Slice(48, 10), out int size) || size > bytes.Length - at - HeaderSize)
                throw Broken($"the ar header at byte {at} is broken");
            string member = Encoding.ASCII.GetString(header[..16]).TrimEnd().TrimEnd('/');
            ReadOnlyMemory<byte> content = file.Slice(at + HeaderSize, size);
            if (!hasVersion && (member != "debian-binary" || !content.Span.StartsWith("2."u8)))
                throw Broken("it does not begin with debian-binary of version 2");
            hasVersion = true;
            if (member.StartsWith("control.tar", StringComparison.Ordinal))
                control = content;
            else if (member.StartsWith("data.tar", StringComparison.Ordinal))
                data = content;
            at += HeaderSize + size + (size & 1);
        }
        if (control.IsEmpty || data.IsEmpty)
            throw Broken("it has no control.tar or no data.tar");
    }

    /// <summary>The tar archive of its files.</summary>
    public Stream OpenData() => Open(data);

    /// <summary>The control file: the package's name, version and relationships.</summary>
    public Control.ControlParagraph ReadControl()
    {
        const int MaxControl = 1 << 20;
        using Stream stream = Open(control);
        var archive = new TarReader(stream);
        while (archive.Next() is { } entry)
        {
            int at = 0;
            if (entry.Kind == TarEntryKind.File && Encoding.UTF8.GetString(entry.Name) is "./control" or "control"
                && Control.ControlReader.Next(archive.ReadAll(MaxControl), ref at, out Control.ControlParagraph paragraph))
                return paragraph;
        }
        throw Broken("it has no control file");
    }

    private static Stream Open(ReadOnlyMemory<byte> archive) =>
        Decompression.Open(new MemoryStream(archive.ToArray(), writable: false), out _, leaveOpen: false);

    private static bool TrySize(ReadOnlySpan<byte> field, out int size) =>
        int.TryParse(field.TrimEnd((byte)' '), NumberStyles.None, CultureInfo.InvariantCulture, out size);

    private BootstrapException Broken(string why) => new($"{name} is no Debian package: {why}");
}
