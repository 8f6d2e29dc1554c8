namespace Zonix.Lx.Loader;

/// <summary>The files and headers that make a program: its own, and those of its dynamic linker if it names one.</summary>
internal sealed record ElfParts(ExecutableFile Program, ElfImage Image, ExecutableFile? Interpreter, ElfImage? InterpreterImage);
