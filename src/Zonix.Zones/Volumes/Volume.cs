namespace Zonix.Zones.Volumes;

/// <summary>Files with a name of their own, that zones share and that outlive them: a dataset of the pool.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Labels">For its users.</param>
/// <param name="IsAnonymous">Whether it was made for one zone, without a name being asked for.</param>
/// <param name="Bytes">What it holds.</param>
public sealed record Volume(string Name, DateTimeOffset Created, IReadOnlyDictionary<string, string> Labels, bool IsAnonymous, long Bytes)
{
    /// <summary>The dataset.</summary>
    public string Dataset => VolumeStore.Folder + Name;
}
