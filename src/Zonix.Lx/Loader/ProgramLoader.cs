using System.Diagnostics.CodeAnalysis;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Lx.Tasks;
using Zonix.Lx.Vdso;
using Zonix.Machine;

namespace Zonix.Lx.Loader;

/// <summary>
/// Loads programs for execve(2): finds the format, follows <c>#!</c> lines, and builds a complete new address space. The
/// caller's own is untouched, so that every failure is an error of the call; Linux instead kills the caller when it finds a
/// segment impossible after the old program is gone.
/// </summary>
public sealed class ProgramLoader
{
    /// <summary>Rewrites by <c>#!</c> lines that Linux follows.</summary>
    private const int MaxScripts = 5;

    private readonly KernelMachine _machine;
    private readonly AddressLayout _layout;
    private readonly VdsoPages _vdso;

    /// <summary>A loader for the processes of one zone.</summary>
    public ProgramLoader(KernelMachine machine, AddressLayout layout, VdsoPages vdso)
    {
        _machine = machine;
        _layout = layout;
        _vdso = vdso;
    }

    /// <summary>Programs start in large windows even if a small one would do.</summary>
    public bool AlwaysLarge { get; init; }

    /// <summary>The vDSO of i386 programs.</summary>
    internal VdsoImage32 Vdso32 => _vdso.Code32;

    /// <summary>The memory of the zone.</summary>
    public MemoryGroup Group { get; init; } = new();

    /// <summary>An empty address space, for a process whose first program is still to be loaded.</summary>
    /// <exception cref="InsufficientMemoryException">The host has no address space left.</exception>
    /// <exception cref="IOException">The host has no descriptor left.</exception>
    public AddressSpace CreateAddressSpace(Rlimits limits) => NewAddressSpace(AddressLayout.SmallEnd, limits, _layout);

    /// <summary>Loads an opened program; disposes it.</summary>
    internal SysResult Load(KernelTask task, ExecutableFile program, ProgramArguments arguments, out LoadedProgram? loaded)
    {
        loaded = null;
        try
        {
            Span<byte> buffer = stackalloc byte[ElfLimits.BINPRM_BUF_SIZE];
            byte[] script = arguments.Path;
            for (int depth = 0; ; depth++)
            {
                if (depth > MaxScripts)
                    return Errno.ELOOP;
                long n = program.ReadAt(buffer, 0);
                if (n < 0)
                    return SysResult.FromRaw(n);
                ReadOnlySpan<byte> head = buffer[..(int)n];
                if (!ScriptHeader.HasMagic(head))
                    return LoadElf(task, program, head, arguments, out loaded);
                if (!ScriptHeader.TryParse(head, out ScriptHeader header))
                    return Errno.ENOEXEC;
                SysResult result = arguments.PrependScript(header, script, task.Process.Rlimits);
                if (result.IsError)
                    return result;
                result = ExecutableFile.Open(
                    task, task.FileSystem.WorkingDirectory, header.Interpreter, WalkFlags.Follow, out ExecutableFile? interpreter);
                if (result.IsError)
                    return result;
                program.Dispose();
                program = interpreter!;
                script = header.Interpreter;
            }
        }
        finally
        {
            program.Dispose();
        }
    }

    private SysResult LoadElf(
        KernelTask task, ExecutableFile program, ReadOnlySpan<byte> head, ProgramArguments arguments, out LoadedProgram? loaded)
    {
        loaded = null;
        SysResult result = ElfImage.ReadProgram(program, head, out ElfImage? image);
        if (result.IsError)
            return result;
        ExecutableFile? interpreter = null;
        ElfImage? interpreterImage = null;
        try
        {
            if (image!.Interpreter is { } path)
            {
                result = ExecutableFile.Open(task, task.FileSystem.WorkingDirectory, path, WalkFlags.Follow, out interpreter);
                if (!result.IsError)
                    result = ElfImage.ReadInterpreter(interpreter!, image.Header.IsI386, out interpreterImage);
                if (result.IsError)
                    return result;
            }

            result = ExecIdentity.Create(task, program.Path, out ExecIdentity? identity);
            if (result.IsError)
                return result;
            var parts = new ElfParts(program, image, interpreter, interpreterImage, identity!);
            Persona personality = PersonalityFor(image, identity!, LxTask.Of(task).Personality);
            if (!TryCreate(WindowSizeFor(image), task.Process.Rlimits, LayoutFor(image, personality), image.Header.IsI386, out AddressSpace? memory))
                return Errno.ENOMEM;
            result = new ProgramBuilder(task, memory, parts, arguments, _vdso, personality).Build(out ulong entry, out ulong stackPointer);
            if (result.IsError)
            {
                memory.Dispose();
                return result;
            }

            memory.Executes(program.Path.Inode as ICountedInode);
            loaded = new LoadedProgram(memory, entry, stackPointer, program.Path, identity!) { Personality = personality };
            return SysResult.Success;
        }
        finally
        {
            interpreter?.Dispose();
        }
    }

    /// <summary>What is left of the caller's execution domain. arch/x86/include/asm/elf.h, SET_PERSONALITY2.</summary>
    private static Persona PersonalityFor(ElfImage image, ExecIdentity identity, Persona personality)
    {
        if (!image.Header.IsI386)
            personality &= ~Persona.READ_IMPLIES_EXEC;
        if (identity.IsSetId)
            personality &= ~Persona.PER_CLEAR_ON_SETID;
        return image.ReadImpliesExecute ? personality | Persona.READ_IMPLIES_EXEC : personality;
    }

    private AddressLayout LayoutFor(ElfImage image, Persona personality)
    {
        AddressLayout layout = (personality & Persona.ADDR_NO_RANDOMIZE) != 0 ? AddressLayout.Fixed() : _layout;
        if (image.Header.IsI386 && (personality & Persona.ADDR_LIMIT_3GB) != 0)
            layout = layout.Below3GiB();
        return (personality & Persona.ADDR_COMPAT_LAYOUT) != 0 ? layout.BottomUp() : layout;
    }

    private ulong WindowSizeFor(ElfImage image)
    {
        if (image.Header.IsI386 || (!AlwaysLarge && FitsWindow(image, AddressLayout.SmallEnd)))
            return AddressLayout.SmallEnd;
        return FitsWindow(image, MemoryWindow.LargeSize) ? MemoryWindow.LargeSize : MemoryWindow.MaximumSize;
    }

    private static bool FitsWindow(ElfImage image, ulong size)
    {
        const ulong RoomForOthers = 1UL << 30;
        if (image.Header.Type == ElfType.ET_DYN)
            return image.TotalMappingSize() <= (size == AddressLayout.SmallEnd ? AddressLayout.LowEnd : size) - RoomForOthers;
        return SegmentPlan.Create(image, 0, size - AddressLayout.EndGap, AddressLayout.MinimumAddress, out _) is { IsError: false };
    }

    /// <summary>False when the host has no address space or descriptor left: too many processes are alive.</summary>
    private bool TryCreate(
        ulong windowSize, Rlimits limits, AddressLayout layout, bool isI386, [NotNullWhen(true)] out AddressSpace? memory)
    {
        try
        {
            memory = NewAddressSpace(windowSize, limits, layout, isI386);
            return true;
        }
        catch (Exception full) when (full is InsufficientMemoryException or IOException)
        {
            memory = null;
            return false;
        }
    }

    private AddressSpace NewAddressSpace(ulong windowSize, Rlimits limits, AddressLayout layout, bool isI386 = false)
    {
        var memory = new AddressSpace(_machine.CodeCache, layout, windowSize, limits, isI386)
        {
            Group = Group,
            Mappings = _machine.HostMappings,
        };
        _machine.HostMappings.Add(memory);
        Group.Add(memory);
        return memory;
    }
}
