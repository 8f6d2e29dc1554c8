namespace Zonix.Storage.Groups;

/// <summary>Why a dataset's changes are gathered.</summary>
public enum CaptureKind
{
    /// <summary>For fsync(2): the state as it is; contents in use stay open.</summary>
    Sync,

    /// <summary>Every few seconds: contents that nobody writes to get their checksums.</summary>
    Group,

    /// <summary>For a snapshot: no content that is in the layer may change afterwards.</summary>
    Freeze,

    /// <summary>The file system is closed behind it: no content changes for now.</summary>
    Close,
}
