namespace Zonix.Kernel.Watching;

/// <summary>An event in the queue of an inotify descriptor.</summary>
internal sealed record InotifyEvent(int Watch, FileEvents Mask, uint Cookie, byte[] Name)
{
    private const int HeaderSize = 16;

    /// <summary>Bytes of the name with its padding: it ends at a multiple of the header's size.</summary>
    public int PaddedNameLength => Name.Length == 0 ? 0 : (Name.Length + HeaderSize) & ~(HeaderSize - 1);

    /// <summary>Bytes a read takes.</summary>
    public int Size => HeaderSize + PaddedNameLength;

    /// <summary>Whether an event says the same again; then it is left out. inotify(7).</summary>
    public bool Repeats(FileEvents mask, int watch, ReadOnlySpan<byte> name) =>
        Mask == mask && Watch == watch && name.SequenceEqual(Name) && mask != FileEvents.IN_IGNORED;
}
