using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Zonix.Generators;

/// <summary>Where C puts the fields of a structure, under one ABI.</summary>
internal sealed class StructureLayout
{
    private const string Structure = "GuestStructureAttribute", Word = "WordAttribute", Wide = "WideAttribute", X64Only = "X64OnlyAttribute";

    private StructureLayout()
    {
    }

    internal int Size { get; private set; }

    internal int Alignment { get; private set; } = 1;

    /// <summary>A field that has no layout; null: all have.</summary>
    internal string? BadField { get; private set; }

    internal Dictionary<string, (int Offset, int Size)> Fields { get; } = new(StringComparer.Ordinal);

    internal static IEnumerable<IFieldSymbol> FieldsOf(ITypeSymbol structure) =>
        structure.GetMembers().OfType<IFieldSymbol>().Where(f => !f.IsStatic && !f.IsConst && f.AssociatedSymbol is null);

    internal static bool IsStructure(ITypeSymbol type) => type.TypeKind == TypeKind.Struct && Find(type, Structure) is not null;

    internal static AttributeData? WideOf(IFieldSymbol field) => Find(field, Wide);

    internal static StructureLayout Of(ITypeSymbol structure, GuestLayout abi)
    {
        var layout = new StructureLayout();
        int pack = Named(Find(structure, "StructLayoutAttribute"), "Pack") is var p and > 0 ? p : int.MaxValue;
        int end = 0;
        foreach (IFieldSymbol field in FieldsOf(structure))
        {
            if (abi != GuestLayout.X64 && Find(field, X64Only) is not null)
                continue;
            (int size, int alignment) = Measure(field, abi);
            if (size == 0)
            {
                layout.BadField ??= field.Name;
                continue;
            }

            alignment = Math.Min(alignment, pack);
            end = RoundUp(end, alignment);
            layout.Fields[field.Name] = (end, size);
            layout.Alignment = Math.Max(layout.Alignment, alignment);
            end += size;
        }

        int declared = abi switch
        {
            GuestLayout.X64 => Named(Find(structure, "StructLayoutAttribute"), "Size"),
            GuestLayout.I386 => Named(Find(structure, Structure), "I386Size"),
            _ => Named(Find(structure, Structure), "WideSize") is var wide and > 0 ? wide : Named(Find(structure, Structure), "I386Size"),
        };
        layout.Size = Math.Max(RoundUp(end, layout.Alignment), declared);
        return layout;
    }

    private static (int Size, int Alignment) Measure(IFieldSymbol field, GuestLayout abi)
    {
        ITypeSymbol type = field.Type is INamedTypeSymbol { EnumUnderlyingType: { } underlying } ? underlying : field.Type;
        if (IsStructure(type))
        {
            StructureLayout nested = Of(type, abi);
            return (nested.BadField is null ? nested.Size : 0, nested.Alignment);
        }

        int size = type.SpecialType switch
        {
            SpecialType.System_Byte or SpecialType.System_SByte => 1,
            SpecialType.System_Int16 or SpecialType.System_UInt16 => 2,
            SpecialType.System_Int32 or SpecialType.System_UInt32 => 4,
            SpecialType.System_Int64 or SpecialType.System_UInt64 => 8,
            _ => 0,
        };
        if (size == 8 && abi != GuestLayout.X64 && (Find(field, Word) is not null || (abi == GuestLayout.I386 && Find(field, Wide) is not null)))
            size = 4;
        return (size, abi == GuestLayout.X64 ? size : Math.Min(size, 4));
    }

    private static int RoundUp(int value, int alignment) => (value + alignment - 1) / alignment * alignment;

    private static AttributeData? Find(ISymbol symbol, string name) => symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass?.Name == name);

    private static int Named(AttributeData? attribute, string name) =>
        attribute?.NamedArguments.FirstOrDefault(a => a.Key == name).Value.Value as int? ?? 0;
}
