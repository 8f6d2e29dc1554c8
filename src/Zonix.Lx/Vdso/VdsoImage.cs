using System.Text;

namespace Zonix.Lx.Vdso;

/// <summary>
/// Makes the vDSO: a small shared object with one segment, the version LINUX_2.6, both hash-able and unwindable, as the
/// dynamic linkers of glibc, musl and Go expect it. vdso(7), elf(5).
/// </summary>
internal sealed class VdsoImage
{
    /// <summary>The data page lies right before the image.</summary>
    internal const int DataSize = 4096;

    /// <summary>Size of the image: one page, loaded at any address behind its data page.</summary>
    internal const int ImageSize = 4096;

    private const string SharedObjectName = "linux-vdso.so.1";
    private const string VersionName = "LINUX_2.6";
    private const int ElfHeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const int SymbolSize = 24;
    private const int ProgramHeaders = 4;
    private const int TextSection = 10;

    private readonly ElfBuffer _out = new(ImageSize);
    private readonly List<Section> _sections = [];
    private readonly VdsoFunction[] _functions;
    private readonly byte[] _code;
    private readonly int _textOffset;
    private readonly List<string> _symbols = [];
    private readonly StringTable _strings = new();

    private VdsoImage()
    {
        // The code comes first among the parts whose size is not known, right behind the headers.
        _textOffset = ElfHeaderSize + (ProgramHeaders * ProgramHeaderSize);
        _textOffset = (_textOffset + 63) & ~63;
        const ulong LinkBase = 0x1_0000;
        (_code, _functions) = VdsoCode.Assemble(LinkBase + DataSize + (ulong)_textOffset, LinkBase);

        // Each function under its own name and, as in Linux's, under the name of the C library.
        foreach (VdsoFunction function in _functions)
        {
            _symbols.Add(function.Name);
            _symbols.Add(function.Name["__vdso_".Length..]);
        }
    }

    private readonly record struct Section(
        string Name, uint Type, ulong Flags, int Offset, int Size, int Link = 0, int Info = 0, int Align = 8, int EntrySize = 0);

    /// <summary>The bytes of the image.</summary>
    internal static byte[] Build()
    {
        var image = new VdsoImage();
        image.Write();
        return image._out.Bytes;
    }

    private void Write()
    {
        _out.Seek(_textOffset);
        _out.Raw(_code);
        Section text = new(".text", 1, 6, _textOffset, _code.Length, Align: 16);
        int nameOffset = _strings.Add(SharedObjectName);
        int versionOffset = _strings.Add(VersionName);
        foreach (string symbol in _symbols)
            _strings.Add(symbol);
        Section hash = WriteHash();
        Section symbols = WriteSymbols();
        Section strings = Emit(".dynstr", 3, 2, () => _out.Raw(_strings.Bytes));
        Section versions = WriteVersions();
        Section definitions = WriteDefinitions(nameOffset, versionOffset);
        Section note = WriteNote();
        (Section frameHeader, Section frames) = WriteFrames();
        Section dynamic = WriteDynamic(nameOffset, hash, symbols, strings, versions, definitions);
        _sections.AddRange([hash, symbols, strings, versions, definitions, note, frameHeader, frames, dynamic, text]);
        int sectionTable = WriteSectionTable();
        WriteHeader(sectionTable);
        WriteProgramHeaders(dynamic, note, frameHeader);
    }

    private Section Emit(string name, uint type, ulong flags, Action write, int align = 8)
    {
        int start = _out.Align(align);
        write();
        return new Section(name, type, flags, start, _out.Position - start, Align: align);
    }

    private void WriteHeader(int sectionTable)
    {
        _out.Seek(0);
        _out.Raw([0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        _out.U16(3); // ET_DYN
        _out.U16(62); // EM_X86_64
        _out.U32(1);
        _out.U64((ulong)_textOffset);
        _out.U64(ElfHeaderSize);
        _out.U64((ulong)sectionTable);
        _out.U32(0);
        _out.U16(ElfHeaderSize);
        _out.U16(ProgramHeaderSize);
        _out.U16(ProgramHeaders);
        _out.U16(64);
        _out.U16(_sections.Count + 2);
        _out.U16(_sections.Count + 1);
    }

    private void WriteProgramHeaders(Section dynamic, Section note, Section frameHeader)
    {
        Header(1, 5, 0, ImageSize, 4096); // PT_LOAD
        Header(2, 4, dynamic.Offset, dynamic.Size, 8); // PT_DYNAMIC
        Header(4, 4, note.Offset, note.Size, 4); // PT_NOTE
        Header(0x6474E550, 4, frameHeader.Offset, frameHeader.Size, 4); // PT_GNU_EH_FRAME

        void Header(uint type, uint flags, int offset, int size, int align)
        {
            _out.U32(type);
            _out.U32(flags);
            _out.U64((ulong)offset);
            _out.U64((ulong)offset);
            _out.U64((ulong)offset);
            _out.U64((ulong)size);
            _out.U64((ulong)size);
            _out.U64((ulong)align);
        }
    }

    private Section WriteHash() => Emit(".hash", 5, 2, () =>
    {
        const int Buckets = 5;
        int count = _symbols.Count + 1;
        int[] buckets = new int[Buckets];
        int[] chains = new int[count];
        for (int i = 1; i < count; i++)
        {
            uint bucket = ElfHash(_symbols[i - 1]) % Buckets;
            chains[i] = buckets[bucket];
            buckets[bucket] = i;
        }

        _out.U32(Buckets);
        _out.U32(count);
        foreach (int value in buckets)
            _out.U32(value);
        foreach (int value in chains)
            _out.U32(value);
    }) with
    { EntrySize = 4, Link = 2 };

    private Section WriteSymbols() => Emit(".dynsym", 11, 2, () =>
    {
        _out.Raw(stackalloc byte[SymbolSize]);
        for (int i = 0; i < _symbols.Count; i++)
        {
            VdsoFunction function = _functions[i / 2];
            bool alias = (i & 1) != 0;
            _out.U32(_strings.Find(_symbols[i]));
            _out.U8(((alias ? 2 : 1) << 4) | 2); // STB_WEAK or STB_GLOBAL, STT_FUNC
            _out.U8(0);
            _out.U16(TextSection);
            _out.U64((ulong)(_textOffset + function.Offset));
            _out.U64((ulong)function.Length);
        }
    }) with
    { EntrySize = SymbolSize, Link = 3, Info = 1 };

    private Section WriteVersions() => Emit(".gnu.version", 0x6FFFFFFF, 2, () =>
    {
        _out.U16(0);
        foreach (string _ in _symbols)
            _out.U16(2);
    }, 2) with
    { EntrySize = 2, Link = 2 };

    private Section WriteDefinitions(int nameOffset, int versionOffset) => Emit(".gnu.version_d", 0x6FFFFFFD, 2, () =>
    {
        Definition(1, 1, SharedObjectName, nameOffset, last: false); // VER_FLG_BASE
        Definition(0, 2, VersionName, versionOffset, last: true);

        void Definition(int flags, int index, string name, int offset, bool last)
        {
            _out.U16(1);
            _out.U16(flags);
            _out.U16(index);
            _out.U16(1);
            _out.U32(ElfHash(name));
            _out.U32(20);
            _out.U32(last ? 0 : 28);
            _out.U32(offset);
            _out.U32(0);
        }
    }) with
    { Link = 3, Info = 2 };

    private Section WriteNote() => Emit(".note", 7, 2, () =>
    {
        // "Linux": the kernel's version, as linux/elfnote-lto.h has it.
        _out.U32(6);
        _out.U32(4);
        _out.U32(0);
        _out.Raw("Linux\0\0\0"u8);
        _out.U32(6 << 16 | 1 << 8);
    }, 4);

    private (Section Header, Section Frames) WriteFrames()
    {
        int headerStart = _out.Align(4);
        int headerSize = 12 + (_functions.Length * 8);
        int start = (headerStart + headerSize + 7) & ~7;
        _out.Seek(start);

        // One rule for all: the functions never move the stack pointer.
        _out.U32(20); // CIE
        _out.U32(0);
        _out.U8(1);
        _out.Raw("zR\0"u8);
        _out.U8(1); // code alignment
        _out.U8(0x78); // data alignment -8
        _out.U8(16); // return address
        _out.U8(1);
        _out.U8(0x1B); // DW_EH_PE_pcrel | sdata4
        _out.Raw([0x0C, 7, 8, 0x90, 1, 0, 0]); // CFA = rsp + 8, return address at CFA - 8
        int[] entries = new int[_functions.Length];
        for (int i = 0; i < _functions.Length; i++)
        {
            entries[i] = _out.Position;
            _out.U32(20);
            _out.U32(_out.Position - start);
            _out.U32(_textOffset + _functions[i].Offset - _out.Position);
            _out.U32(_functions[i].Length);
            _out.U64(0); // no augmentation, no instructions beyond the CIE's
        }

        _out.U32(0);
        int end = _out.Position;
        _out.Seek(headerStart);
        _out.Raw([1, 0x1B, 0x03, 0x3B]);
        _out.U32(start - _out.Position);
        _out.U32(_functions.Length);
        for (int i = 0; i < _functions.Length; i++)
        {
            _out.U32(_textOffset + _functions[i].Offset - headerStart);
            _out.U32(entries[i] - headerStart);
        }

        _out.Seek(end);
        return (new Section(".eh_frame_hdr", 1, 2, headerStart, headerSize, Align: 4), new Section(".eh_frame", 1, 2, start, end - start));
    }

    private Section WriteDynamic(int name, Section hash, Section symbols, Section strings, Section versions, Section definitions) =>
        Emit(".dynamic", 6, 2, () =>
        {
            Entry(14, name); // DT_SONAME
            Entry(4, hash.Offset); // DT_HASH
            Entry(5, strings.Offset); // DT_STRTAB
            Entry(6, symbols.Offset); // DT_SYMTAB
            Entry(10, strings.Size); // DT_STRSZ
            Entry(11, SymbolSize); // DT_SYMENT
            Entry(0x6FFFFFFC, definitions.Offset); // DT_VERDEF
            Entry(0x6FFFFFFD, 2); // DT_VERDEFNUM
            Entry(0x6FFFFFF0, versions.Offset); // DT_VERSYM
            Entry(0, 0);

            void Entry(uint tag, int value)
            {
                _out.U64(tag);
                _out.U64((ulong)value);
            }
        }) with
        { EntrySize = 16, Link = 3 };

    private int WriteSectionTable()
    {
        var names = new StringTable();
        foreach (Section section in _sections)
            names.Add(section.Name);
        names.Add(".shstrtab");
        Section table = Emit(".shstrtab", 3, 0, () => _out.Raw(names.Bytes), 1);
        int start = _out.Align(8);
        _out.Raw(stackalloc byte[64]);
        foreach (Section section in (List<Section>)[.. _sections, table])
        {
            _out.U32(names.Find(section.Name));
            _out.U32(section.Type);
            _out.U64(section.Flags);
            _out.U64((section.Flags & 2) != 0 ? (ulong)section.Offset : 0);
            _out.U64((ulong)section.Offset);
            _out.U64((ulong)section.Size);
            _out.U32(section.Link);
            _out.U32(section.Info);
            _out.U64((ulong)section.Align);
            _out.U64((ulong)section.EntrySize);
        }

        return start;
    }

    /// <summary>The hash of System V's ABI.</summary>
    internal static uint ElfHash(string name)
    {
        uint hash = 0;
        foreach (byte c in Encoding.ASCII.GetBytes(name))
        {
            hash = (hash << 4) + c;
            uint high = hash & 0xF000_0000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        return hash;
    }
}
