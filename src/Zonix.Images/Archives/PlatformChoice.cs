using Zonix.Images.Layout;

namespace Zonix.Images.Archives;

/// <summary>Which of an index's manifests this machine can use.</summary>
internal static class PlatformChoice
{
    /// <summary>The manifest for linux/amd64, or one that names no platform; <see cref="ImageException"/> lists what there is instead.</summary>
    public static OciDescriptor Choose(OciIndex index, string what)
    {
        OciDescriptor[] manifests = index.Manifests ?? [];
        return Array.Find(manifests, static m => m.Platform?.IsOurs == true && m.Platform.Variant is null or "v1")
            ?? Array.Find(manifests, static m => m.Platform?.IsOurs == true)
            ?? Array.Find(manifests, static m => m.Platform is null && (MediaTypes.IsManifest(m.MediaType) || MediaTypes.IsIndex(m.MediaType)))
            ?? throw new ImageException($"{what}: manifest for linux/amd64 missing: it has {List(manifests)}");
    }

    private static string List(OciDescriptor[] manifests)
    {
        string list = string.Join(", ", manifests.Select(static m => m.Platform).OfType<OciPlatform>().Where(static p => p.Os != "unknown").Distinct());
        return list.Length > 0 ? list : "none for any platform";
    }
}
