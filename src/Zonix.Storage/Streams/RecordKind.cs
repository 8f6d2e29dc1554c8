namespace Zonix.Storage.Streams;

/// <summary>The records of a stream of a snapshot, in the order they come.</summary>
internal enum RecordKind : byte
{
    /// <summary>First: which snapshot it is, and from which one the changes are.</summary>
    Begin = 1,

    /// <summary>A content that inodes after it have: its number in the stream, length, checksum.</summary>
    Content = 2,

    /// <summary>Bytes of the last content; what none are said of is a hole.</summary>
    Data = 3,

    /// <summary>An inode, or that it is gone.</summary>
    Inode = 4,

    /// <summary>A name, or that it is gone.</summary>
    Name = 5,

    /// <summary>Last: how many records came before it.</summary>
    End = 6,
}
