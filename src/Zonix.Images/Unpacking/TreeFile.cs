namespace Zonix.Images.Unpacking;

/// <summary>A regular file of a tree while its content is written. One that is not completed keeps what was written, without attributes.</summary>
public sealed class TreeFile : IDisposable
{
    private readonly TreeWriter writer;
    private readonly byte[] path;
    private readonly Dentry entry;
    private readonly EntryAttributes attributes;
    private IWritable? file;

    internal TreeFile(TreeWriter writer, byte[] path, Dentry entry, in EntryAttributes attributes, IWritable file)
    {
        this.writer = writer;
        this.path = path;
        this.entry = entry;
        this.attributes = attributes;
        this.file = file;
    }

    /// <summary>Writes bytes at an offset, as many as there are.</summary>
    public void Write(byte[] buffer, int offset, int count, long at)
    {
        ObjectDisposedException.ThrowIf(file is null, this);
        while (count > 0)
        {
            var from = new UserBuffer(buffer, offset, count);
            long place = at;
            SysResult result = file.Write(ref from, ref place);
            if (result.IsError || result.Value == 0)
                throw TreeWriter.Failed(path, "write", result.IsError ? result.Error : Errno.ENOSPC);
            offset += (int)result.Value;
            count -= (int)result.Value;
            at += result.Value;
        }
    }

    /// <summary>Sets the length: what was not written before it is a hole.</summary>
    public void SetLength(long length)
    {
        Errno e = entry.Inode!.SetAttributes(new AttributeChange { Size = (ulong)length, Now = attributes.Modify });
        if (e != 0)
            throw TreeWriter.Failed(path, "size", e);
    }

    /// <summary>The content is all there: closes it and sets its attributes.</summary>
    public void Complete()
    {
        Dispose();
        writer.SetAttributes(path, entry, attributes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        file?.Close();
        file = null;
    }
}
