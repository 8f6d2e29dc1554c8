using Iced.Intel;

namespace Zonix.Differential;

/// <summary>
/// Makes random cases. Every general register has a role, so that addresses stay where the test's memory is: pointers and
/// small indices are changed only where the new value is known, one register may hold a wild address, all others are plain
/// values that any instruction may change but that form no address.
/// </summary>
/// <remarks>
/// An address beyond the window wraps around in it by design, and natively it faults; such addresses are generated only
/// where the wrapped one faults, too.
/// </remarks>
public sealed partial class CaseGenerator
{
    private const int Rax = 0, Rcx = 1, Rdx = 2, Rbx = 3, Rsp = 4, Rbp = 5, Rsi = 6, Rdi = 7;
    private const int StackPointers = 64, StackPointerTable = 0, DataPointers = 32, DataPointerTable = 0x200, MxcsrTable = 0x300, ControlWordTable = 0x340;

    private readonly InstructionTable _table;
    private readonly InstructionInfoFactory _info = new();
    private readonly CodeBuffer _code = new();
    private readonly Encoder _encoder;
    private readonly ulong[] _value = new ulong[16];
    private Randomness _random = new(0);
    private TestCase _case = new(0, 0);
    private byte[] _memory = [];

    private int _plain;
    private int _pointers;
    private int _indices;
    private int _unaligned;
    private int _wild;
    private int _narrow;
    private int _indexVector;
    private bool _mayFault;
    private bool _mayMutate;

    // Alignment checks are on; instructions that are emulated do not make them.
    private bool _checksAlignment;
    private bool _favoursSpilled;
    private bool _isNested;
    private bool _stackIsProtected;

    public CaseGenerator(InstructionTable table)
    {
        _table = table;
        _encoder = Encoder.Create(64, _code);
    }

    /// <summary>Initial memory for a batch: random data, and a read-only page that holds tables of valid pointers and control words.</summary>
    public static byte[] MakeMemory(ulong seed)
    {
        var random = new Randomness(seed);
        byte[] memory = new byte[Layout.MemorySize];
        InterestingValues.Fill(random, memory);
        Span<byte> tables = memory.AsSpan(Layout.MemorySize - Layout.PageSize);
        for (int i = 0; i < StackPointers; i++)
            BitConverter.TryWriteBytes(tables[(StackPointerTable + (i * 8))..], Layout.Stack + 0x400 + (ulong)(random.Below(0x180) * 16));
        for (int i = 0; i < DataPointers; i++)
            BitConverter.TryWriteBytes(tables[(DataPointerTable + (i * 8))..], Layout.Data + 0x400 + (ulong)(random.Below(0x200) * 16));
        for (int i = 0; i < 16; i++)
        {
            BitConverter.TryWriteBytes(tables[(MxcsrTable + (i * 4))..], MakeMxcsr(random));
            BitConverter.TryWriteBytes(tables[(ControlWordTable + (i * 2))..], MakeControlWord(random));
        }

        return memory;
    }

    /// <summary>Makes a case. The same seed, slot and memory give the same case.</summary>
    public TestCase Generate(ulong seed, int slot, byte[] memory)
    {
        Begin(seed, slot, memory);
        int steps = _random.Percent(4) ? _random.Between(40, 90) : _random.Between(3, 20);
        for (int i = 0; i < steps && _code.Length < Layout.MaxCode - 200; i++)
            Step();
        if (_mayFault && _random.Percent(25))
            EmitFault();
        return End();
    }

    /// <summary>Makes a case of one form, to find out whether this CPU knows it.</summary>
    public TestCase? GenerateSingle(InstructionForm form, ulong seed, int slot, byte[] memory)
    {
        Begin(seed, slot, memory);
        _mayFault = false;
        _mayMutate = false;
        for (int attempt = 0; attempt < 20; attempt++)
        {
            if (EmitGeneral(form))
                return End();
        }

        return null;
    }

    private static uint MakeMxcsr(Randomness random) => random.Below(40) switch
    {
        < 30 => 0x1F80,
        < 38 => 0x1F80u | ((uint)random.Below(4) << 13) | (random.Percent(30) ? 0x8000u : 0) | (random.Percent(30) ? 0x40u : 0),
        _ => 0x1F80u & ~(0x80u << random.Below(6)),
    };

    private static ushort MakeControlWord(Randomness random) => random.Below(40) switch
    {
        < 30 => 0x37F,
        < 39 => (ushort)(0x7F | (random.Below(4) << 8) | (random.Below(4) << 10)),
        _ => (ushort)(0x37F & ~(1 << random.Below(6))),
    };

    private void Begin(ulong seed, int slot, byte[] memory)
    {
        _random = new Randomness(seed);
        _case = new TestCase(seed, slot) { Start = _random.Below(80) };
        _memory = memory;
        _code.Length = 0;
        _undefined = 0;
        _isNested = false;
        _mayMutate = true;
        _checksAlignment = false;
        _favoursSpilled = false;
        _stackIsProtected = false;
        _mayFault = _random.Percent(25);
        MakeState();
    }

    private TestCase End()
    {
        MarkHere(1);
        _code.WriteByte(0xCC);
        _case.Code = _code.ToArray();
        _case.Initial.Rip = _case.CodeAddress;
        return _case;
    }

    private void Step()
    {
        int choice = _random.Below(1000);
        if (choice < 440)
            EmitGeneral(_random.Of(_table.Common));
        else if (choice < 715)
            EmitGeneral(_random.Of(_table.General));
        else if (choice < 845)
            EmitStackStep();
        else if (choice < 930)
            EmitFlow();
        else if (choice < 955)
            EmitString();
        else if (choice < 996 || !_mayFault)
            EmitSpecial();
        else
            EmitFault();
    }

    /// <summary>An instruction that changes nothing the generator must know of.</summary>
    private void EmitPlainStep()
    {
        for (int i = 0; i < 4; i++)
        {
            if (EmitGeneral(_random.Of(_random.Percent(70) ? _table.Common : _table.General)))
                return;
        }
    }
}
