using Zonix.Images;

namespace Zonix.Zones.Fetching;

/// <summary>Passes on what happens to an image's contents, in the words of docker. Unlike Progress, in the order it happens.</summary>
internal sealed class ImageSteps(Action<FetchStep> tell) : IProgress<ImageProgress>
{
    private const int ShortId = 12;

    /// <inheritdoc/>
    public void Report(ImageProgress value) => tell(new FetchStep(value.Layer.Hex[..ShortId], value.Phase switch
    {
        ImagePhase.Downloading => "Downloading",
        ImagePhase.Uploading => "Pushing",
        ImagePhase.Loading => "Loading",
        ImagePhase.Unpacking => "Extracting",
        ImagePhase.Existing => "Already exists",
        _ => "Complete",
    }, value.Done, value.Total));
}
