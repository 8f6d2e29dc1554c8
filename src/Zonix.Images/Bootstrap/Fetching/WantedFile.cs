namespace Zonix.Images.Bootstrap.Fetching;

/// <summary>A file to be had from one of several places, all of which have the same.</summary>
/// <param name="Places">Where it is, in the order they are tried.</param>
/// <param name="Hash">What it must be.</param>
public sealed record WantedFile(IReadOnlyList<Uri> Places, FileHash Hash)
{
    /// <summary>Its name for messages: the last place's.</summary>
    public string Name => Places[^1].ToString();
}
