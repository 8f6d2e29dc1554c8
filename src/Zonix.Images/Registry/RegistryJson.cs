using System.Text.Json.Serialization;

namespace Zonix.Images.Registry;

/// <summary>How the documents of registries are read and written; made when the program is compiled.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(RegistryFile))]
[JsonSerializable(typeof(RegistryToken))]
[JsonSerializable(typeof(RegistryErrors))]
[JsonSerializable(typeof(CredentialFile))]
internal sealed partial class RegistryJson : JsonSerializerContext;
