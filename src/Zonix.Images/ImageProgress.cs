namespace Zonix.Images;

/// <summary>How far the work on a layer has come.</summary>
/// <param name="Layer">Which.</param>
/// <param name="Phase">What is done with it.</param>
/// <param name="Done">Bytes done, in this phase.</param>
/// <param name="Total">Bytes there are; 0: not known.</param>
public readonly record struct ImageProgress(Digest Layer, ImagePhase Phase, long Done, long Total);
