namespace Zonix.Generators;

/// <summary>A declared system call.</summary>
/// <param name="Name">Linux's name.</param>
/// <param name="Method">The method, fully qualified.</param>
/// <param name="X64">Number for x86-64; -1: none.</param>
/// <param name="I386">Number for i386; -1: none.</param>
/// <param name="IsWide">For i386: 64-bit parameters take two registers, times and offsets in structures are of 64 bits.</param>
/// <param name="IsPartial">Support.Partial.</param>
/// <param name="Missing">What a partial call lacks.</param>
/// <param name="IsPlain">Its vectors need not be stored.</param>
/// <param name="HasGoodShape">Static, answers SysResult, first parameter is the task.</param>
/// <param name="Parameters">The parameters after the task.</param>
/// <param name="Place">Where it is declared.</param>
internal sealed record CallModel(
    string Name,
    string Method,
    int X64,
    int I386,
    bool IsWide,
    bool IsPartial,
    string? Missing,
    bool IsPlain,
    bool HasGoodShape,
    EquatableArray<ParameterModel> Parameters,
    SourcePlace Place);
