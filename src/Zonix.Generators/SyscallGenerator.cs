using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Zonix.Generators;

/// <summary>
/// Makes, from methods with [Syscall], the dispatch of each ABI, the decoding of arguments, the tracing format and the
/// table of supported calls.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class SyscallGenerator : IIncrementalGenerator
{
    private const string AttributeName = "Zonix.Lx.Syscalls.SyscallAttribute";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var calls = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                AttributeName,
                static (node, _) => node is MethodDeclarationSyntax,
                static (found, _) => CallReader.Read(found))
            .Collect();
        context.RegisterSourceOutput(calls, Generate);
    }

    private static void Generate(SourceProductionContext context, ImmutableArray<EquatableArray<CallModel>> all)
    {
        if (all.IsEmpty)
            return;
        var good = new List<CallModel>();
        foreach (var call in all.SelectMany(calls => calls))
        {
            if (Check(context, call))
                good.Add(call);
        }

        var x64 = Number(context, good, "x86-64", c => c.X64);
        var i386 = Number(context, good, "i386", c => c.I386);
        Add(context, "SyscallDispatch.g.cs", DispatchWriter.Write(x64, i386));
        Add(context, "SyscallTrace.g.cs", TraceWriter.Write(x64, i386));
        Add(context, "SyscallCatalog.g.cs", CatalogWriter.Write(x64, i386));
    }

    private static void Add(SourceProductionContext context, string name, string text) =>
        context.AddSource(name, SourceText.From(text, Encoding.UTF8));

    private static bool Check(SourceProductionContext context, CallModel call)
    {
        var place = call.Place.ToLocation();
        if (!call.HasGoodShape)
        {
            context.ReportDiagnostic(Diagnostic.Create(CallDiagnostics.BadShape, place, call.Method));
            return false;
        }

        if (call.IsPartial && string.IsNullOrWhiteSpace(call.Missing))
            context.ReportDiagnostic(Diagnostic.Create(CallDiagnostics.PartialWithoutMissing, place, call.Name));

        foreach (var parameter in call.Parameters)
        {
            if (parameter.Kind == ParameterKind.Unsupported)
            {
                context.ReportDiagnostic(
                    Diagnostic.Create(CallDiagnostics.UnsupportedParameter, place, call.Method, parameter.Name));
                return false;
            }
        }

        return true;
    }

    private static List<KeyValuePair<int, CallModel>> Number(
        SourceProductionContext context, List<CallModel> calls, string abi, Func<CallModel, int> number)
    {
        var result = new SortedDictionary<int, CallModel>();
        foreach (var call in calls)
        {
            var n = number(call);
            if (n < 0)
                continue;
            if (result.TryGetValue(n, out var other))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    CallDiagnostics.DuplicateNumber, call.Place.ToLocation(), abi, n, other.Method, call.Method));
                continue;
            }

            result.Add(n, call);
        }

        return result.ToList();
    }
}
