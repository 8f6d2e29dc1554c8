namespace Zonix.Images;

/// <summary>What is being done with a content.</summary>
public enum ImagePhase
{
    /// <summary>It comes from a registry.</summary>
    Downloading,

    /// <summary>It goes to a registry.</summary>
    Uploading,

    /// <summary>It comes from an archive.</summary>
    Loading,

    /// <summary>It is put into a tree.</summary>
    Unpacking,

    /// <summary>It was there already.</summary>
    Existing,

    /// <summary>It is done.</summary>
    Done,
}
