using Microsoft.CodeAnalysis;

namespace Zonix.Generators;

/// <summary>What can be wrong with a declaration.</summary>
internal static class CallDiagnostics
{
    internal static readonly DiagnosticDescriptor DuplicateNumber = new(
        "ZX0001", "Call number declared twice", "{0} number {1} is declared by both {2} and {3}", "Zonix", DiagnosticSeverity.Error, true);

    internal static readonly DiagnosticDescriptor PartialWithoutMissing = new(
        "ZX0002", "Partial call does not say what is missing", "{0} is Support.Partial: say in Missing what it lacks", "Zonix", DiagnosticSeverity.Error, true);

    internal static readonly DiagnosticDescriptor UnsupportedParameter = new(
        "ZX0003", "Parameter cannot be decoded", "Parameter '{1}' of {0} has a type that cannot be decoded from a register", "Zonix", DiagnosticSeverity.Error, true);

    internal static readonly DiagnosticDescriptor BadShape = new(
        "ZX0004", "Not the shape of a call", "{0} must be static, answer SysResult, and take a KernelTask and at most six arguments", "Zonix", DiagnosticSeverity.Error, true);

    internal static readonly DiagnosticDescriptor BadStructure = new(
        "ZX0005", "Structure cannot be laid out", "{0} must be a top-level struct of numbers and guest structures; not so: {1}", "Zonix", DiagnosticSeverity.Error, true);
}
