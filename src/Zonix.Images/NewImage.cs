namespace Zonix.Images;

/// <summary>What an image that is made here says of itself.</summary>
public sealed record NewImage
{
    /// <summary>How its containers run; null: as those of the image below.</summary>
    public ImageConfig? Config { get; init; }

    /// <summary>What it runs on, when there is no image below; null: linux/amd64.</summary>
    public ImagePlatform? Platform { get; init; }

    /// <summary>When it was made; part of its id, so it takes a fixed time to make an image again.</summary>
    public DateTimeOffset Created { get; init; } = DateTimeOffset.UtcNow;

    /// <summary>By whom.</summary>
    public string? Author { get; init; }

    /// <summary>By which command, for the history.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>For the history.</summary>
    public string? Comment { get; init; }
}
