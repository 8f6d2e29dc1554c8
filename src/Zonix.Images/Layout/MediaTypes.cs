namespace Zonix.Images.Layout;

/// <summary>The media types of the OCI image specification and of docker's before it.</summary>
internal static class MediaTypes
{
    public const string Index = "application/vnd.oci.image.index.v1+json";
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    public const string Config = "application/vnd.oci.image.config.v1+json";
    public const string LayerTar = "application/vnd.oci.image.layer.v1.tar";
    public const string LayerGzip = "application/vnd.oci.image.layer.v1.tar+gzip";
    public const string LayerZstd = "application/vnd.oci.image.layer.v1.tar+zstd";
    public const string DockerList = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    public const string DockerConfig = "application/vnd.docker.container.image.v1+json";
    public const string DockerLayerGzip = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    public const string DockerForeignLayer = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
    public const string DockerSchema1 = "application/vnd.docker.distribution.manifest.v1+prettyjws";

    /// <summary>What a registry may answer when it is asked for a manifest.</summary>
    public static string[] Manifests => [Index, Manifest, DockerList, DockerManifest];

    public static bool IsIndex(string? type) => type is Index or DockerList;

    public static bool IsManifest(string? type) => type is Manifest or DockerManifest;

    public static bool IsConfig(string? type) => type is Config or DockerConfig;

    /// <summary>Layers that a registry does not keep itself: base layers of Windows.</summary>
    public static bool IsForeign(string? type) => type is DockerForeignLayer || type?.Contains("nondistributable", StringComparison.Ordinal) == true;
}
