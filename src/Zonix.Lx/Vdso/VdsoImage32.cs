namespace Zonix.Lx.Vdso;

/// <summary>
/// The vDSO of i386 programs: how calls are made, how handlers return, and the clocks. A shared object of one segment, as the C
/// libraries expect it; debuggers and unwinders know its signal trampolines by their bytes. vdso(7), elf(5).
/// </summary>
internal sealed class VdsoImage32
{
    private const int ElfHeaderSize = 52, ProgramHeaderSize = 32, ProgramHeaders = 2, SymbolSize = 16;
    private const string SharedObjectName = "linux-gate.so.1", VersionName = "LINUX_2.5", ClockVersionName = "LINUX_2.6";

    // int 0x80; ret
    private static readonly byte[] s_call = [0xCD, 0x80, 0xC3];

    // pop eax; mov eax, 119; int 0x80
    private static readonly byte[] s_return = [0x58, 0xB8, 119, 0, 0, 0, 0xCD, 0x80];

    // mov eax, 173; int 0x80
    private static readonly byte[] s_realTimeReturn = [0xB8, 173, 0, 0, 0, 0xCD, 0x80];

    // Where a sysenter comes back to, behind an int 0x80 that makes an interrupted call again. int 0x80; pop ebp; pop edx; pop ecx; ret
    private static readonly byte[] s_landing = [0xCD, 0x80, 0x5D, 0x5A, 0x59, 0xC3];

    private readonly ElfBuffer _out = new(VdsoImage.ImageSize);
    private readonly StringTable _strings = new();
    private readonly List<(string Name, int Offset, int Length)> _functions = [];
    private readonly int _callFunctions;

    internal VdsoImage32()
    {
        _out.Seek((ElfHeaderSize + (ProgramHeaders * ProgramHeaderSize) + 31) & ~31);
        CallOffset = Function("__kernel_vsyscall", s_call);
        ReturnOffset = Function("__kernel_sigreturn", s_return);
        RealTimeReturnOffset = Function("__kernel_rt_sigreturn", s_realTimeReturn);
        _out.Align(32);
        LandingOffset = _out.Position + 2;
        _out.Raw(s_landing);
        _callFunctions = _functions.Count;
        AddClocks();
        int name = _strings.Add(SharedObjectName);
        _strings.Add(VersionName);
        _strings.Add(ClockVersionName);
        foreach ((string function, _, _) in _functions)
            _strings.Add(function);
        Write(name);
    }

    /// <summary>The bytes of the image: one page.</summary>
    internal byte[] Image => _out.Bytes;

    /// <summary>Where __kernel_vsyscall begins: AT_SYSINFO.</summary>
    internal int CallOffset { get; }

    internal int ReturnOffset { get; }

    internal int RealTimeReturnOffset { get; }

    /// <summary>Where sysenter comes back to.</summary>
    internal int LandingOffset { get; }

    private void AddClocks()
    {
        (byte[] code, VdsoFunction[] clocks) = VdsoCode32.Assemble();
        int start = _out.Align(64);
        _out.Raw(code);
        foreach (VdsoFunction clock in clocks)
            _functions.Add((clock.Name, start + clock.Offset, clock.Length));
    }

    private int Function(string name, ReadOnlySpan<byte> code)
    {
        int offset = _out.Align(32);
        _out.Raw(code);
        _functions.Add((name, offset, code.Length));
        return offset;
    }

    private void Write(int name)
    {
        int hash = WriteHash(), symbols = WriteSymbols(), strings = _out.Position;
        _out.Raw(_strings.Bytes);
        int versions = WriteVersions(), definitions = WriteDefinitions(), dynamic = _out.Align(4);
        ReadOnlySpan<(uint Tag, int Value)> entries =
        [
            (14, name), // DT_SONAME
            (4, hash), // DT_HASH
            (5, strings), // DT_STRTAB
            (6, symbols), // DT_SYMTAB
            (10, _strings.Bytes.Length), // DT_STRSZ
            (11, SymbolSize), // DT_SYMENT
            (0x6FFFFFFC, definitions), // DT_VERDEF
            (0x6FFFFFFD, 3), // DT_VERDEFNUM
            (0x6FFFFFF0, versions), // DT_VERSYM
            (0, 0),
        ];
        foreach ((uint tag, int value) in entries)
        {
            _out.U32(tag);
            _out.U32(value);
        }

        WriteHeaders(dynamic, entries.Length * 8);
    }

    private void WriteHeaders(int dynamic, int dynamicSize)
    {
        _out.Seek(0);
        _out.Raw([0x7F, (byte)'E', (byte)'L', (byte)'F', 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        _out.U16(3); // ET_DYN
        _out.U16(3); // EM_386
        _out.U32(1);
        _out.U32(CallOffset);
        _out.U32(ElfHeaderSize);
        _out.U32(0);
        _out.U32(0);
        _out.U16(ElfHeaderSize);
        _out.U16(ProgramHeaderSize);
        _out.U16(ProgramHeaders);
        _out.U16(40);
        _out.U16(0);
        _out.U16(0);
        Header(1, 5, 0, VdsoImage.ImageSize, 4096); // PT_LOAD
        Header(2, 4, dynamic, dynamicSize, 4); // PT_DYNAMIC
    }

    private void Header(uint type, uint flags, int offset, int size, int align)
    {
        _out.U32(type);
        _out.U32(offset);
        _out.U32(offset);
        _out.U32(offset);
        _out.U32(size);
        _out.U32(size);
        _out.U32(flags);
        _out.U32(align);
    }

    /// <summary>One bucket, whose chain has all symbols.</summary>
    private int WriteHash()
    {
        int start = _out.Align(4), count = _functions.Count + 1;
        _out.U32(1);
        _out.U32(count);
        _out.U32(1);
        for (int i = 0; i < count; i++)
            _out.U32(i == 0 || i == count - 1 ? 0 : i + 1);
        return start;
    }

    private int WriteSymbols()
    {
        int start = _out.Align(4);
        _out.Raw(stackalloc byte[SymbolSize]);
        foreach ((string name, int offset, int length) in _functions)
        {
            _out.U32(_strings.Find(name));
            _out.U32(offset);
            _out.U32(length);
            _out.U8((1 << 4) | 2); // STB_GLOBAL, STT_FUNC
            _out.U8(0);
            _out.U16(1);
        }

        return start;
    }

    private int WriteVersions()
    {
        int start = _out.Align(2);
        _out.U16(0);
        for (int i = 0; i < _functions.Count; i++)
            _out.U16(i < _callFunctions ? 2 : 3);
        return start;
    }

    private int WriteDefinitions()
    {
        int start = _out.Align(4);
        Definition(1, 1, SharedObjectName, last: false); // VER_FLG_BASE
        Definition(0, 2, VersionName, last: false);
        Definition(0, 3, ClockVersionName, last: true);
        return start;

        void Definition(int flags, int index, string text, bool last)
        {
            _out.U16(1);
            _out.U16(flags);
            _out.U16(index);
            _out.U16(1);
            _out.U32(VdsoImage.ElfHash(text));
            _out.U32(20);
            _out.U32(last ? 0 : 28);
            _out.U32(_strings.Find(text));
            _out.U32(0);
        }
    }
}
