namespace Zonix.Images.Bootstrap.Control;

/// <summary>How a version must stand to the one that a dependency names. deb-control(5).</summary>
public enum VersionRelation
{
    /// <summary>No version is named.</summary>
    Any,

    /// <summary>&lt;&lt;</summary>
    Earlier,

    /// <summary>&lt;=</summary>
    EarlierOrEqual,

    /// <summary>=</summary>
    Equal,

    /// <summary>&gt;=</summary>
    LaterOrEqual,

    /// <summary>&gt;&gt;</summary>
    Later,
}
