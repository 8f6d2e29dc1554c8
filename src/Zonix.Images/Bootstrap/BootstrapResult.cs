using Zonix.Images.Bootstrap.Control;

namespace Zonix.Images.Bootstrap;

/// <summary>A Debian that was made.</summary>
/// <param name="Suite">The suite that was asked for.</param>
/// <param name="Codename">The code name of its release.</param>
/// <param name="Date">When the mirror's release was made; no file of the image is younger.</param>
/// <param name="Packages">What is installed, by name.</param>
public sealed record BootstrapResult(string Suite, string Codename, DateTimeOffset Date, IReadOnlyList<PackageRecord> Packages)
{
    /// <summary>How containers of it run.</summary>
    public ImageConfig Config { get; } = new() { Env = [$"PATH={DebianBootstrap.SearchPath}"], Cmd = ["bash"] };
}
