using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;

namespace Zonix.Generators;

/// <summary>Reads a declaration into a <see cref="CallModel"/>.</summary>
internal static class CallReader
{
    internal static EquatableArray<CallModel> Read(GeneratorAttributeSyntaxContext context)
    {
        var method = (IMethodSymbol)context.TargetSymbol;
        var good = method.IsStatic && method.ReturnType.Name == "SysResult" &&
            method.Parameters.Length is > 0 and <= 7 && method.Parameters[0].Type.Name == "KernelTask";
        var parameters = new EquatableArray<ParameterModel>(method.Parameters.Skip(1).Select(ReadParameter).ToArray());
        var models = new List<CallModel>();
        foreach (var attribute in context.Attributes)
            models.Add(Read(method, attribute, good, parameters, models.FirstOrDefault()));
        return new EquatableArray<CallModel>(models.ToArray());
    }

    /// <summary>What one attribute says; what it leaves out of the level of support is as in the first.</summary>
    private static CallModel Read(
        IMethodSymbol method, AttributeData attribute, bool good, EquatableArray<ParameterModel> parameters, CallModel? first)
    {
        int x64 = -1, i386 = -1;
        bool plain = false, wide = false;
        bool? partial = null;
        string? missing = null, name = null;
        foreach (var argument in attribute.NamedArguments)
        {
            switch (argument.Key)
            {
                case "X64": x64 = (int)argument.Value.Value!; break;
                case "I386": i386 = (int)argument.Value.Value!; break;
                case "Wide": wide = (bool)argument.Value.Value!; break;
                case "Support": partial = Convert.ToInt64(argument.Value.Value, null) == 1; break;
                case "Missing": missing = (string?)argument.Value.Value; break;
                case "Plain": plain = (bool)argument.Value.Value!; break;
                case "Name": name = (string?)argument.Value.Value; break;
            }
        }

        return new CallModel(
            name ?? ToLinuxName(method.Name),
            method.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat) + "." + method.Name,
            x64,
            i386,
            wide,
            partial ?? first?.IsPartial ?? false,
            missing ?? first?.Missing,
            plain,
            good,
            parameters,
            SourcePlace.Of(method.Locations[0]));
    }

    /// <summary>RtSigaction: rt_sigaction. A digit does not begin a word: pread64 stands for Pread64.</summary>
    internal static string ToLinuxName(string method)
    {
        var text = new StringBuilder();
        for (var i = 0; i < method.Length; i++)
        {
            if (i > 0 && char.IsUpper(method[i]))
                text.Append('_');
            text.Append(char.ToLowerInvariant(method[i]));
        }

        return text.ToString();
    }

    private static ParameterModel ReadParameter(IParameterSymbol parameter)
    {
        var type = parameter.Type;
        var kind = KindOf(type);
        var members = new List<EnumMember>();
        var underlying = "";
        var flags = false;
        if (kind == ParameterKind.Enumeration)
        {
            underlying = ((INamedTypeSymbol)type).EnumUnderlyingType!.ToDisplayString();
            flags = type.GetAttributes().Any(a => a.AttributeClass?.Name == "FlagsAttribute");
            foreach (var field in type.GetMembers().OfType<IFieldSymbol>().Where(f => f.HasConstantValue))
                members.Add(new EnumMember(field.Name, ToBits(field.ConstantValue!)));
        }

        return new ParameterModel(
            parameter.Name,
            type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            kind,
            underlying,
            new EquatableArray<EnumMember>(members.ToArray()),
            flags);
    }

    private static ulong ToBits(object value) => value switch
    {
        ulong u => u,
        uint u => u,
        ushort u => u,
        byte u => u,
        _ => unchecked((ulong)Convert.ToInt64(value, null)),
    };

    private static ParameterKind KindOf(ITypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_Int32 => ParameterKind.Signed32,
        SpecialType.System_UInt32 => ParameterKind.Unsigned32,
        SpecialType.System_Int64 => ParameterKind.Signed64,
        SpecialType.System_UInt64 => ParameterKind.Unsigned64,
        SpecialType.System_IntPtr => ParameterKind.NativeSigned,
        SpecialType.System_UIntPtr => ParameterKind.NativeUnsigned,
        _ when type.TypeKind == TypeKind.Enum => ParameterKind.Enumeration,
        _ => type.Name switch
        {
            "Fd" => ParameterKind.Fd,
            "Pid" or "Tid" => ParameterKind.Number,
            "UserAddress" => ParameterKind.Address,
            "UserPointer" => ParameterKind.Pointer,
            "UserCString" => ParameterKind.CString,
            _ => ParameterKind.Unsupported,
        },
    };
}
