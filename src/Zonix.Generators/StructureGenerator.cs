using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Zonix.Generators;

/// <summary>Makes, from structs with [GuestStructure], their layouts under each ABI and the code that reads and writes them.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class StructureGenerator : IIncrementalGenerator
{
    private const string AttributeName = "Zonix.Abi.GuestStructureAttribute";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var structures = context.SyntaxProvider.ForAttributeWithMetadataName(
            AttributeName,
            static (node, _) => node is StructDeclarationSyntax,
            static (found, _) => Read((INamedTypeSymbol)found.TargetSymbol));
        context.RegisterSourceOutput(structures, Generate);
    }

    private static void Generate(SourceProductionContext context, StructureModel structure)
    {
        if (structure.BadField is not null || !structure.IsTopLevel)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                CallDiagnostics.BadStructure, structure.Place.ToLocation(), structure.Name, structure.BadField ?? "itself"));
            return;
        }

        context.AddSource(structure.Namespace + "." + structure.Name + ".g.cs", SourceText.From(StructureWriter.Write(structure), Encoding.UTF8));
    }

    private static StructureModel Read(INamedTypeSymbol structure)
    {
        StructureLayout x64 = StructureLayout.Of(structure, GuestLayout.X64);
        StructureLayout i386 = StructureLayout.Of(structure, GuestLayout.I386);
        StructureLayout wide = StructureLayout.Of(structure, GuestLayout.I386Wide);
        var fields = StructureLayout.FieldsOf(structure).Where(f => x64.Fields.ContainsKey(f.Name)).Select(field =>
        {
            bool kept = i386.Fields.TryGetValue(field.Name, out var narrowPlace);
            wide.Fields.TryGetValue(field.Name, out var widePlace);
            ITypeSymbol number = field.Type is INamedTypeSymbol { EnumUnderlyingType: { } underlying } ? underlying : field.Type;
            bool padded = StructureLayout.WideOf(field)?.NamedArguments.Any(a => a.Key == "IsPadded" && a.Value.Value is true) ?? false;
            return new FieldModel(
                field.Name,
                field.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
                StructureLayout.IsStructure(field.Type) ? "" : number.ToDisplayString(),
                padded,
                x64.Fields[field.Name].Offset,
                x64.Fields[field.Name].Size,
                kept ? narrowPlace.Offset : -1,
                narrowPlace.Size,
                kept ? widePlace.Offset : -1,
                widePlace.Size);
        });
        return new StructureModel(
            structure.ContainingNamespace.ToDisplayString(),
            structure.Name,
            structure.DeclaredAccessibility == Accessibility.Public ? "public" : "internal",
            x64.Size,
            i386.Size,
            wide.Size,
            structure.ContainingType is null,
            x64.BadField,
            new EquatableArray<FieldModel>(fields.ToArray()),
            SourcePlace.Of(structure.Locations[0]));
    }
}
