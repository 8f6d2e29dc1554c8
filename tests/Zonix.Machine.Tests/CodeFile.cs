using Iced.Intel;
using Zonix.Host.Files;
using Zonix.Host.Memory;

namespace Zonix.Machine.Tests;

/// <summary>A file of code that windows map, and what they need besides.</summary>
internal sealed class CodeFile : IDisposable
{
    internal const MemoryProtection ReadExecute = MemoryProtection.Read | MemoryProtection.Execute;
    internal const MemoryProtection ReadWrite = MemoryProtection.Read | MemoryProtection.Write;
    internal const ulong Length = TestGuest.AreaSize;

    private readonly HostFile _file;
    private readonly MemorySection _section = new("test", 1UL << 32);
    private readonly ulong _inode;

    /// <summary>A file whose code is made for an address.</summary>
    internal CodeFile(ulong inode, Action<Assembler> program, ulong address = TestGuest.CodeStart)
    {
        Assert.Equal(0, HostFile.CreateInMemory("test-code", out HostFile? file));
        _file = file!;
        _inode = inode;
        Address = address;
        Assert.Equal(0, _file.Truncate((long)Length));
        Write(program);
    }

    internal ulong Address { get; }

    /// <summary>Who maps it says so.</summary>
    internal CodeIdentity Identity => new(1, _inode, Length, 0, 0);

    internal void Write(Action<Assembler> program)
    {
        byte[] code = TestGuest.Assemble(program, Address);
        Assert.Equal(code.Length, _file.PWrite(code, 0));
    }

    internal void Map(MemoryWindow window, bool identified = true, MemoryProtection protection = ReadExecute, ulong skipped = 0) =>
        Assert.Equal(0, window.MapFile(
            Address + skipped, Length - skipped, _file, skipped, protection, shared: false, identified ? Identity : null));

    internal MemoryWindow NewWindow(CodeCache cache, WindowKind kind = WindowKind.Small, bool identified = true)
    {
        var window = new MemoryWindow(cache, kind);
        Map(window, identified);
        const ulong Stack = TestGuest.StackTop - TestGuest.AreaSize;
        Assert.Equal(0, window.MapSection(Stack, TestGuest.AreaSize, _section, Stack, ReadWrite));
        return window;
    }

    /// <summary>Runs from the file's first byte to a system call; answers its number.</summary>
    internal ulong Run(MemoryWindow window, CodeCache cache) => Run(window, cache, Address);

    internal static ulong Run(MemoryWindow window, CodeCache cache, ulong address)
    {
        using var processor = new Processor(cache);
        return Run(processor, window, address);
    }

    internal static ulong Run(Processor processor, MemoryWindow window, ulong address)
    {
        using var context = new CpuContext(window);
        context.Registers.Rip = address;
        context.Registers.Rsp = TestGuest.StackTop - 64;
        Assert.Equal(ExitKind.Syscall, RunToExit(processor, context).Kind);
        return context.Registers.Rax;
    }

    internal static GuestExit RunToExit(Processor processor, CpuContext context)
    {
        while (true)
        {
            GuestExit exit = processor.Run(context);
            if (exit.Kind != ExitKind.Preempted)
                return exit;
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _section.Dispose();
    }
}
