using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Zonix.Images.Layout;

/// <summary>How the documents of images are read and written; made when the program is compiled.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OciIndex))]
[JsonSerializable(typeof(OciManifest))]
[JsonSerializable(typeof(OciImage))]
[JsonSerializable(typeof(OciLayoutMark))]
[JsonSerializable(typeof(DockerArchiveItem[]))]
internal sealed partial class ImageJson : JsonSerializerContext
{
    /// <summary>Reads a document; <see cref="ImageException"/> names it when it is broken.</summary>
    public static T Read<T>(ReadOnlySpan<byte> content, JsonTypeInfo<T> type, string what)
    {
        try
        {
            return JsonSerializer.Deserialize(content, type) ?? throw new ImageException($"{what} is empty");
        }
        catch (JsonException e)
        {
            throw new ImageException($"{what} is broken: {e.Message}", e);
        }
    }
}
