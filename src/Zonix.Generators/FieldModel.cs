namespace Zonix.Generators;

/// <summary>A field of a structure, and where it lies.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, fully qualified.</param>
/// <param name="Underlying">The number it is or stands for, as C# writes it; empty: a structure.</param>
/// <param name="IsPadded">Of 8 bytes the lower half counts.</param>
/// <param name="X64Offset">Offset for x86-64.</param>
/// <param name="X64Size">Bytes for x86-64.</param>
/// <param name="I386Offset">Offset for i386; -1: it does not exist there.</param>
/// <param name="I386Size">Bytes for i386.</param>
/// <param name="WideOffset">The same with wide times and offsets.</param>
/// <param name="WideSize">Bytes then.</param>
internal sealed record FieldModel(
    string Name,
    string Type,
    string Underlying,
    bool IsPadded,
    int X64Offset,
    int X64Size,
    int I386Offset,
    int I386Size,
    int WideOffset,
    int WideSize);
