using Zonix.Images.Layout;

namespace Zonix.Images.Archives;

/// <summary>Which of an index's manifests this machine can use.</summary>
internal static class PlatformChoice
{
    /// <summary>
    /// The manifest for a platform, or one that names none; where none is wanted that for linux/amd64, else that for linux/386, which
    /// runs as well. <see cref="ImageException"/> lists what there is instead.
    /// </summary>
    public static OciDescriptor Choose(OciIndex index, string what, ImagePlatform? wanted)
    {
        OciDescriptor[] manifests = index.Manifests ?? [];
        ImagePlatform first = wanted ?? ImagePlatform.Amd64;
        return Array.Find(manifests, m => m.Platform?.Ours == first && m.Platform.Variant is null or "v1")
            ?? Array.Find(manifests, m => m.Platform?.Ours == first)
            ?? Array.Find(manifests, static m => m.Platform is null && (MediaTypes.IsManifest(m.MediaType) || MediaTypes.IsIndex(m.MediaType)))
            ?? Array.Find(manifests, m => wanted is null && m.Platform?.Ours is not null)
            ?? throw new ImageException($"{what}: manifest for {first} missing: it has {List(manifests)}");
    }

    private static string List(OciDescriptor[] manifests)
    {
        string list = string.Join(", ", manifests.Select(static m => m.Platform).OfType<OciPlatform>().Where(static p => p.Os != "unknown").Distinct());
        return list.Length > 0 ? list : "none for any platform";
    }
}
