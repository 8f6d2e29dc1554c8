namespace Zonix.Images.Registry;

/// <summary>How registries are reached.</summary>
public sealed record RegistryOptions
{
    /// <summary>Where <see cref="RegistryCredentials.Save"/> writes, and where credentials are looked for first; null: nowhere.</summary>
    public string? CredentialFile { get; init; }

    /// <summary>Docker's file with credentials; null: $DOCKER_CONFIG/config.json, or ~/.docker/config.json.</summary>
    public string? DockerConfigFile { get; init; }

    /// <summary>By registry ("docker.io") the places that are asked before it, in order: "https://mirror.example/path".</summary>
    public IReadOnlyDictionary<string, string[]> Mirrors { get; init; } = new Dictionary<string, string[]>();

    /// <summary>Registries that are reached by plain http ("10.0.0.5:5000"); those on this machine are anyhow.</summary>
    public IReadOnlyCollection<string> InsecureHosts { get; init; } = [];

    /// <summary>Layers that are transferred at the same time.</summary>
    public int ParallelTransfers { get; init; } = 4;

    /// <summary>How often a request that failed for a passing reason is made again.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>The wait before the first repetition; it doubles each time, up to half a minute.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a registry may send nothing.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Bytes of an upload's pieces; 0: a layer goes in one piece.</summary>
    public int UploadChunkBytes { get; init; }
}
