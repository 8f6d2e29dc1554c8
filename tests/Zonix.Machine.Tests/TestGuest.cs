using Iced.Intel;
using Zonix.Host.Memory;

namespace Zonix.Machine.Tests;

/// <summary>A window with code, data and a stack, run by a processor of the test's own; no kernel.</summary>
internal sealed class TestGuest : IDisposable
{
    internal const ulong CodeStart = 0x40_0000;
    internal const ulong DataStart = 0x50_0000;
    internal const ulong StackTop = 0x70_0000;
    internal const ulong AreaSize = 0x1_0000;

    private readonly MemorySection _section = new("test", 1UL << 32);
    private readonly CodeCache? _ownCache;

    internal TestGuest(WindowKind kind, Action<Assembler> program, CodeCache? cache = null, MemoryProtection codeProtection = MemoryProtection.Read | MemoryProtection.Execute)
    {
        if (cache is null)
            cache = _ownCache = new CodeCache(32 << 20);
        Cache = cache;
        Window = new MemoryWindow(cache, kind);
        Assert.Equal(0, Window.MapSection(CodeStart, AreaSize, _section, CodeStart, MemoryProtection.Read | MemoryProtection.Write));
        Assert.Equal(0, Window.MapSection(DataStart, AreaSize, _section, DataStart, MemoryProtection.Read | MemoryProtection.Write));
        Assert.Equal(0, Window.MapSection(StackTop - AreaSize, AreaSize, _section, StackTop - AreaSize, MemoryProtection.Read | MemoryProtection.Write));
        byte[] code = Assemble(program, CodeStart);
        Assert.Equal((nuint)code.Length, Window.CopyOut(CodeStart, code));
        Assert.Equal(0, Window.Protect(CodeStart, AreaSize, codeProtection));
        Context = new CpuContext(Window);
        Context.Registers.Rip = CodeStart;
        Context.Registers.Rsp = StackTop - 64;
    }

    internal CodeCache Cache { get; }

    internal MemoryWindow Window { get; }

    internal CpuContext Context { get; }

    public void Dispose()
    {
        Context.Dispose();
        Window.Dispose();
        _ownCache?.Dispose();
        _section.Dispose();
    }

    internal static byte[] Assemble(Action<Assembler> program, ulong address)
    {
        var assembler = new Assembler(64);
        program(assembler);
        using var stream = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(stream), address);
        return stream.ToArray();
    }

    /// <summary>Runs until something other than a pre-emption happens.</summary>
    internal GuestExit Run(Processor processor, out int preemptions)
    {
        preemptions = 0;
        while (true)
        {
            GuestExit exit = processor.Run(Context);
            if (exit.Kind != ExitKind.Preempted)
                return exit;
            preemptions++;
        }
    }

    internal GuestExit Run()
    {
        using var processor = new Processor(Cache);
        return Run(processor, out _);
    }
}
