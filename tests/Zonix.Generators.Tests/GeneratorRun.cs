using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Zonix.Generators.Tests;

/// <summary>Runs the generator over declarations, with stand-ins for the kernel's types.</summary>
internal sealed class GeneratorRun
{
    private const string Types = """
        namespace Zonix.Kernel { public struct SysResult; public record struct Fd(int Value); public record struct UserAddress(ulong Value);
            public record struct UserCString(ulong Value); }
        namespace Zonix.Abi { public enum GuestAbi : byte { X64, I386, I386Wide } }
        namespace Zonix.Kernel.Tasks { public class KernelTask { public Zonix.Abi.GuestAbi CallAbi { get; set; } } }
        namespace Zonix.Machine { public struct GuestRegisters { public ulong Rax, Rbx, Rcx, Rdx, Rsi, Rdi, Rbp, R8, R9, R10; } }
        namespace Zonix.Lx.Tracing { class CallWriter { public ulong this[int i] => 0; public void Begin(string n) { } public void Fd(int i) { }
            public void Signed32(int i) { } public void Unsigned32(int i) { } public void Unsigned64(int i) { } public void CString(int i) { }
            public void Pointer(int i) { } public void Buffer(int i, int l) { } public void Text(string t) { } public void Unknown(ulong v) { }
            public void BeginFlags() { } public void Flag(string f) { } public void EndFlags(ulong r, string? z, bool b) { }
            public void Signed64(int i) { } public void Mode(int i) { } public void CreateMode(int i, int f) { }
            public void Join(int i) { } public void Hex(int i) { } public void FilledBuffer(int i) { } } }
        namespace Zonix.Lx.Syscalls {
            enum Support { Full, Partial }
            record struct DeclaredCall(int Number, string Name, Support Support, string? Missing);
            static class UnknownCall { public static Zonix.Kernel.SysResult X64(Zonix.Kernel.Tasks.KernelTask t, uint n) => default;
                public static Zonix.Kernel.SysResult I386(Zonix.Kernel.Tasks.KernelTask t, uint n) => default;
                public static string NameI386(uint n) => ""; }
            [System.AttributeUsage(System.AttributeTargets.Method, AllowMultiple = true)] class SyscallAttribute : System.Attribute { public bool Wide { get; init; } public int X64 { get; init; } public int I386 { get; init; }
                public Support Support { get; init; } public string? Missing { get; init; } public string? Name { get; init; } } }
        """;

    internal GeneratorRun(string members)
    {
        var calls = $$"""
            #nullable enable
            using Zonix.Kernel; using Zonix.Kernel.Tasks; using Zonix.Lx.Syscalls;
            namespace Zonix.Lx.Syscalls { [System.Flags] enum Flags { O_RDONLY = 0, O_CREAT = 64, O_CLOEXEC = 0x80000 }
            static class Calls { {{members}} } }
            """;
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "calls",
            [CSharpSyntaxTree.ParseText(Types), CSharpSyntaxTree.ParseText(calls)],
            references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        CSharpGeneratorDriver.Create(new SyscallGenerator())
            .RunGeneratorsAndUpdateCompilation(compilation, out var generated, out var diagnostics);
        Diagnostics = diagnostics;
        Errors = [.. generated.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error)];
        Output = string.Join('\n', generated.SyntaxTrees.Skip(2).Select(tree => tree.ToString()));
    }

    internal ImmutableArray<Diagnostic> Diagnostics { get; }

    /// <summary>What the compiler says of the generated code.</summary>
    internal ImmutableArray<Diagnostic> Errors { get; }

    internal string Output { get; }
}
