using Zonix.Images.Bootstrap.Fetching;

namespace Zonix.Images.Bootstrap;

/// <summary>How far a bootstrap is.</summary>
/// <param name="Phase">What is being done.</param>
/// <param name="Text">More of it, for the user: a line of dpkg's, what is fetched.</param>
/// <param name="Download">How far the download is, while packages are fetched.</param>
public readonly record struct BootstrapProgress(BootstrapPhase Phase, string Text, DownloadProgress? Download = null);
