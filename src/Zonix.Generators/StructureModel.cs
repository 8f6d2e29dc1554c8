namespace Zonix.Generators;

/// <summary>A structure of guest memory, laid out.</summary>
internal sealed record StructureModel(
    string Namespace,
    string Name,
    string Accessibility,
    int X64Size,
    int I386Size,
    int WideSize,
    bool IsTopLevel,
    string? BadField,
    EquatableArray<FieldModel> Fields,
    SourcePlace Place);
