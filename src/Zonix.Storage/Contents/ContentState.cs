namespace Zonix.Storage.Contents;

/// <summary>What may happen to the bytes of a content.</summary>
public enum ContentState
{
    /// <summary>They are being written and have no checksum.</summary>
    Open = 0,

    /// <summary>They have a checksum. Who opens it anew first says so in the database.</summary>
    Settled = 1,

    /// <summary>As settled, and found by its checksum by others: it never changes again.</summary>
    Shared = 2,

    /// <summary>They do not change for now, and the checksum is still to be made.</summary>
    Pending = 3,
}
