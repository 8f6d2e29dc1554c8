namespace Zonix.Lx.Loader;

/// <summary>The files and headers that make a program: its own, and those of its dynamic linker if it names one; and who runs it.</summary>
internal sealed record ElfParts(
    ExecutableFile Program, ElfImage Image, ExecutableFile? Interpreter, ElfImage? InterpreterImage, ExecIdentity Identity);
