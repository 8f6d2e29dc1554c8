using System.Text.Json.Serialization;

namespace Zonix.Api.Docker;

/// <summary>What lies at a path: the header X-Docker-Container-Path-Stat, as base64 of JSON. The mode is one of Go's os.FileMode.</summary>
public sealed record PathStat(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("size")] long Size,
    [property: JsonPropertyName("mode")] uint Mode,
    [property: JsonPropertyName("mtime")] string ModifyTime,
    [property: JsonPropertyName("linkTarget")] string LinkTarget)
{
    /// <summary>The header's name.</summary>
    public const string Header = "X-Docker-Container-Path-Stat";

    /// <summary>os.ModeDir.</summary>
    public const uint DirectoryMode = 1u << 31;

    /// <summary>os.ModeSymlink.</summary>
    public const uint LinkMode = 1u << 27;

    /// <summary>Whether it is a directory.</summary>
    [JsonIgnore]
    public bool IsDirectory => (Mode & DirectoryMode) != 0;

    /// <summary>Whether it is a symbolic link.</summary>
    [JsonIgnore]
    public bool IsLink => (Mode & LinkMode) != 0;
}
