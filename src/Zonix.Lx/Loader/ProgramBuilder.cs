using System.Runtime.Intrinsics.X86;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Syscalls;
using Zonix.Lx.Vdso;
using Zonix.Machine;

namespace Zonix.Lx.Loader;

/// <summary>Fills an empty address space with a program: segments, heap, vDSO, stack.</summary>
internal sealed class ProgramBuilder
{
    /// <summary>Room that the stack has at the start beyond what lies on it.</summary>
    private const ulong StackRoom = 128 << 10;

    /// <summary>Largest random gap below the strings on the stack.</summary>
    private const int MaxStackGap = 8192;

    // Under a hypervisor, asking takes tens of microseconds.
    private static readonly uint s_features = unchecked((uint)X86Base.CpuId(1, 0).Edx);

    private readonly KernelTask _task;
    private readonly AddressSpace _memory;
    private readonly ElfParts _parts;
    private readonly ProgramArguments _arguments;
    private readonly VdsoPages _vdso;
    private readonly Persona _personality;

    internal ProgramBuilder(
        KernelTask task, AddressSpace memory, ElfParts parts, ProgramArguments arguments, VdsoPages vdso, Persona personality)
    {
        _personality = personality;
        _task = task;
        _memory = memory;
        _parts = parts;
        _arguments = arguments;
        _vdso = vdso;
    }

    /// <summary>Does it all.</summary>
    /// <returns>Success; ENOEXEC for headers that contradict themselves, ENOMEM, E2BIG.</returns>
    internal SysResult Build(out ulong entry, out ulong stackPointer)
    {
        entry = stackPointer = 0;
        SysResult result = MapImage(_parts.Program, _parts.Image, _memory.Layout.ProgramBase, out SegmentPlan? plan);
        if (result.IsError)
            return result;
        SegmentPlan program = plan!;
        Describe(program);
        ulong programEntry = unchecked(program.Bias + _parts.Image.Header.Entry);
        entry = programEntry;
        ulong interpreterBase = 0;
        if (_parts.InterpreterImage is { } interpreterImage)
        {
            result = MapImage(_parts.Interpreter!, interpreterImage, 0, out plan);
            if (result.IsError)
                return result;
            interpreterBase = plan!.Bias;
            entry = unchecked(interpreterBase + interpreterImage.Header.Entry);
        }

        if (entry >= _memory.End)
            return Errno.ENOEXEC;
        ulong vdso = _vdso.Map(_memory);
        _memory.Program.Vdso = vdso;
        bool isI386 = _parts.Image.Header.IsI386;
        var vector = new AuxiliaryVector(isI386 ? 4 : 8);
        if (vdso != 0 && isI386)
            vector.Add(AuxiliaryType.AT_SYSINFO, vdso + (ulong)_vdso.Code32.CallOffset);
        if (vdso != 0)
            vector.Add(AuxiliaryType.AT_SYSINFO_EHDR, vdso);
        AddProgram(vector, program.Bias, interpreterBase, programEntry);
        return BuildStack(vector, out stackPointer);
    }

    private SysResult MapImage(ExecutableFile file, ElfImage image, ulong wanted, out SegmentPlan? plan)
    {
        plan = null;
        ulong bias = 0;
        if (image.Header.Type == ElfType.ET_DYN)
        {
            ulong size = image.TotalMappingSize();
            ulong limit = _memory.End;
            ulong alignment = image.MaximumAlignment();
            if (size == 0 || size > limit || alignment > limit)
                return Errno.ENOEXEC;
            SysResult place = _memory.FindProgramAddress(wanted, (size + AddressSpace.PageSize - 1) & ~(AddressSpace.PageSize - 1), alignment);
            if (place.IsError)
                return place;
            bias = unchecked((ulong)place.Value - FirstPage(image));
        }

        SysResult result = SegmentPlan.Create(image, bias, _memory.End, AddressLayout.MinimumAddress, out plan);
        if (result.IsError)
            return Errno.ENOEXEC;
        foreach (SegmentMapping mapping in plan!.Mappings)
        {
            result = MapSegment(file, mapping);
            if (result.IsError)
                return result;
        }

        return SysResult.Success;
    }

    private static ulong FirstPage(ElfImage image)
    {
        foreach (ElfSegment segment in image.Segments)
        {
            if (segment.Type == SegmentType.PT_LOAD)
                return segment.VirtualAddress & ~(AddressSpace.PageSize - 1);
        }

        return 0;
    }

    private SysResult MapSegment(ExecutableFile file, in SegmentMapping mapping)
    {
        const MapFlags Fixed = MapFlags.MAP_FIXED | MapFlags.MAP_PRIVATE;
        if (mapping.FileLength != 0)
        {
            ulong offset = mapping.FileOffset;
            Errno error = FileMemory.Create(
                file.File, ref offset, mapping.FileLength, shared: false, writable: false, _task.FileSystem.Root, out IMemoryObject? memory);
            if (error != 0)
                return error == Errno.ENODEV ? Errno.ENOEXEC : error;
            SysResult mapped = _memory.Map(new MapRequest(mapping.Address, mapping.FileLength, Implied(mapping.Protection), Fixed, memory, offset));
            if (mapped.IsError)
                return mapped;

            // The last page of data is shared with what follows in the file; a segment that cannot be written keeps it.
            if (mapping.ZeroEnd > mapping.ZeroStart && (mapping.Protection & Prot.PROT_WRITE) != 0)
            {
                ulong length = mapping.ZeroEnd - mapping.ZeroStart;
                if (_memory.Clear(new UserAddress(mapping.ZeroStart), (nuint)length) != length)
                    return Errno.ENOEXEC;
            }
        }

        if (mapping.AnonymousEnd == mapping.AnonymousStart)
            return SysResult.Success;
        SysResult anonymous = _memory.Map(new MapRequest(
            mapping.AnonymousStart, mapping.AnonymousEnd - mapping.AnonymousStart, Implied(mapping.AnonymousProtection), Fixed));
        return anonymous.IsError ? anonymous : SysResult.Success;
    }

    private Prot Implied(Prot protection) => MappingRules.Implied(_personality, protection);

    private void Describe(SegmentPlan plan)
    {
        ProgramAreas areas = _memory.Program;
        areas.StartCode = plan.StartCode == ulong.MaxValue ? 0 : plan.StartCode;
        areas.EndCode = plan.EndCode;
        areas.StartData = plan.StartData;
        areas.EndData = plan.EndData;
        ulong end = (plan.ProgramBreak + AddressSpace.PageSize - 1) & ~(AddressSpace.PageSize - 1);
        _memory.SetStartBreak(end + _memory.Layout.BreakGap);
    }

    private void AddProgram(AuxiliaryVector vector, ulong bias, ulong interpreterBase, ulong entry)
    {
        Credentials who = _parts.Identity.Credentials;
        ElfImage image = _parts.Image;
        ulong headers = image.ProgramHeaderAddress();
        vector.Add(AuxiliaryType.AT_MINSIGSTKSZ, SignalStackSize());
        vector.Add(AuxiliaryType.AT_HWCAP, s_features);
        vector.Add(AuxiliaryType.AT_PAGESZ, AddressSpace.PageSize);
        vector.Add(AuxiliaryType.AT_CLKTCK, 100);
        vector.Add(AuxiliaryType.AT_PHDR, headers == 0 ? 0 : unchecked(bias + headers));
        vector.Add(AuxiliaryType.AT_PHENT, image.Header.ProgramHeaderEntrySize);
        vector.Add(AuxiliaryType.AT_PHNUM, image.Header.ProgramHeaderCount);
        vector.Add(AuxiliaryType.AT_BASE, interpreterBase);
        vector.Add(AuxiliaryType.AT_FLAGS, 0);
        vector.Add(AuxiliaryType.AT_ENTRY, entry);
        vector.Add(AuxiliaryType.AT_UID, who.Uid);
        vector.Add(AuxiliaryType.AT_EUID, who.EffectiveUid);
        vector.Add(AuxiliaryType.AT_GID, who.Gid);
        vector.Add(AuxiliaryType.AT_EGID, who.EffectiveGid);
        vector.Add(AuxiliaryType.AT_SECURE, _parts.Identity.IsSecure ? 1UL : 0);
    }

    /// <summary>The largest signal frame: return address, ucontext, siginfo, paddings, extended state and its end mark.</summary>
    private static ulong SignalStackSize() => (ulong)((440 + 15 + 63 + CpuContext.ExtendedStateSize + 4 + 15) & ~15);

    private SysResult BuildStack(AuxiliaryVector vector, out ulong stackPointer)
    {
        stackPointer = 0;
        Span<byte> gap = stackalloc byte[2];
        byte[] random = new byte[16];
        _task.Machine.Random.GetBytes(gap);
        _task.Machine.Random.GetBytes(random);
        ulong top = _memory.Layout.StackTop;
        var stack = new InitialStack(_arguments, top, _personality.HasFlag(Persona.ADDR_NO_RANDOMIZE) ? 0 : ((gap[0] << 8) | gap[1]) % MaxStackGap, random, _parts.Image.Header.IsI386);
        stack.AddTo(vector);
        byte[] image = stack.Build(vector, out ulong sp);
        ulong limit = Math.Max(_task.Process.Rlimits[RlimitResource.RLIMIT_STACK].Soft, (ulong)image.Length);
        ulong size = Math.Min((ulong)image.Length + StackRoom, limit);
        ulong start = (top - size) & ~(AddressSpace.PageSize - 1);
        Prot protection = Prot.PROT_READ | Prot.PROT_WRITE | (_parts.Image.HasExecutableStack(_personality) ? Prot.PROT_EXEC : 0);
        SysResult mapped = _memory.Map(new MapRequest(
            start, top - start, protection, MapFlags.MAP_FIXED_NOREPLACE | MapFlags.MAP_PRIVATE | MapFlags.MAP_GROWSDOWN));
        if (mapped.IsError)
            return Errno.ENOMEM;
        if (!_memory.TryCopyOut(new UserAddress(sp), image))
            return Errno.ENOMEM;
        byte[] saved = new byte[vector.Size];
        vector.Write(saved);
        _memory.Program.AuxiliaryVector = saved;
        _memory.Program.StartStack = sp;
        stack.Describe(_memory.Program);
        stackPointer = sp;
        return SysResult.Success;
    }
}
