using Iced.Intel;

namespace Zonix.Differential;

/// <summary>Makes random cases of i386 code. The same seed, slot and memory give the same case.</summary>
internal sealed partial class I386Generator
{
    private const RflagsBits Arithmetic = RflagsBits.OF | RflagsBits.SF | RflagsBits.ZF | RflagsBits.AF | RflagsBits.CF | RflagsBits.PF;
    private const int Esp = 4;

    private readonly List<InstructionForm> _forms = I386Forms.Make();
    private readonly InstructionInfoFactory _info = new();
    private readonly CodeBuffer _code = new();
    private readonly Encoder _encoder;
    private readonly uint[] _values = new uint[8];
    private Randomness _random = new(0);
    private I386Operands _operands = null!;
    private TestCase _case = new(0, 0);
    private RflagsBits _undefined;

    internal I386Generator() => _encoder = Encoder.Create(32, _code);

    internal int Forms => _forms.Count;

    private uint Here => (uint)_case.CodeAddress + (uint)_code.Length;

    internal TestCase Generate(ulong seed, int slot)
    {
        _random = new Randomness(seed);
        _case = new TestCase(seed, slot) { Start = _random.Below(80), Bitness = 32 };
        _operands = new I386Operands(_random, _values);
        _code.Length = 0;
        _undefined = 0;
        MakeState();
        for (int i = _random.Between(3, 14); i > 0 && _code.Length < Layout.MaxCode - 200; i--)
            Step();
        Mark(1);
        _code.WriteByte(0xCC);
        _case.Code = _code.ToArray();
        _case.Initial.Rip = _case.CodeAddress;
        return _case;
    }

    private unsafe void MakeState()
    {
        for (int i = 0; i < 8; i++)
            _values[i] = i < 3 ? (uint)InterestingValues.Word(_random) : (uint)Layout.Data + 0x800 + (uint)_random.Below(0x1000);
        _values[Esp] = (uint)Layout.Stack + 0x1000 + ((uint)_random.Below(0x100) * 4) + (_random.Percent(10) ? 2u : 0);
        ref MachineState state = ref _case.Initial;
        for (int i = 0; i < 8; i++)
            state.General[i] = _values[i];
        state.Flags = 0x202 | (_random.Next() & 0x8D5);
        state.FsBase = I386Operands.FsBase;
        state.GsBase = I386Operands.GsBase;
        fixed (MachineState* at = &state)
        {
            var fpu = new Span<byte>(at->Fpu, 160);
            fpu[0] = 0x7F;
            fpu[1] = 3;
            BitConverter.TryWriteBytes(fpu[24..], 0x1F80);
            for (int i = 0; i < 8; i++)
                InterestingValues.Fill(_random, new Span<byte>(at->Vectors + (i * MachineState.VectorSize), 16));
        }
    }

    private void Step()
    {
        int choice = _random.Below(100);
        if (choice < 62)
            EmitGeneral();
        else if (choice < 80)
            EmitStack();
        else if (choice < 88)
            EmitString();
        else if (choice < 96)
            EmitFlow();
        else
            EmitSpecial();
    }

    private void EmitGeneral()
    {
        for (int attempt = 0; attempt < 8; attempt++)
        {
            InstructionForm form = _random.Of(_forms);
            Instruction instruction = default;
            instruction.Code = form.Code;
            if (!form.HasAccess)
                FindAccess(form);
            for (int i = 0; i < form.Kinds.Length; i++)
                _operands.Place(ref instruction, form, i, form.IsWritten(i));
            // The bit's number reaches far from the address.
            bool reachesFar = form.IsBitTest && instruction.Op0Kind == OpKind.Memory && instruction.Op1Kind == OpKind.Register;
            if (!reachesFar && IsSafe(instruction) && Emit(instruction))
                return;
        }
    }

    private void FindAccess(InstructionForm form)
    {
        Instruction sample = default;
        sample.Code = form.Code;
        for (int i = 0; i < form.Kinds.Length; i++)
            _operands.Place(ref sample, form, i, isWritten: true);
        InstructionInfo info = _info.GetInfo(sample);
        for (int i = 0; i < form.Kinds.Length; i++)
            form.Access[i] = info.GetOpAccess(i);
        form.HasAccess = true;
    }

    /// <summary>Whether it leaves the pointers alone.</summary>
    private bool IsSafe(in Instruction instruction)
    {
        foreach (UsedRegister used in _info.GetInfo(instruction).GetUsedRegisters())
        {
            bool isRead = used.Access is OpAccess.Read or OpAccess.CondRead or OpAccess.None or OpAccess.NoMemAccess;
            if (!isRead && (used.Register.IsSegmentRegister() || (used.Register.IsGPR() && Number(used.Register) > 2)))
                return false;
        }

        return true;
    }

    private static int Number(Register register) => register is >= Register.AH and <= Register.BH ? register - Register.AH : register.GetFullRegister().GetNumber();

    private void Mark(int length) => _case.Marks.Add(new TestCase.Mark(_code.Length, length, ToFlags(_undefined)));

    /// <summary>Appends an instruction; flags that it reads are made defined before. False when it has no encoding.</summary>
    private bool Emit(in Instruction instruction)
    {
        if ((instruction.RflagsRead & _undefined) != 0)
            DefineFlags();
        int start = _code.Length;
        bool isEncoded = _encoder.TryEncode(instruction, Here, out uint length, out _) && length <= 15;
        _code.Length = start;
        if (!isEncoded)
            return false;
        Mark((int)length);
        _code.Length = start + (int)length;
        Account(instruction);
        return true;
    }

    private void EmitBytes(params ReadOnlySpan<byte> bytes)
    {
        var decoder = Decoder.Create(32, bytes.ToArray());
        decoder.IP = Here;
        decoder.Decode(out Instruction instruction);
        if ((instruction.RflagsRead & _undefined) != 0)
            DefineFlags();
        Mark(bytes.Length);
        foreach (byte value in bytes)
            _code.WriteByte(value);
        Account(instruction);
    }

    private void Account(in Instruction instruction)
    {
        bool mayKeep = instruction.IsStringInstruction || instruction.Mnemonic is Mnemonic.Shl or Mnemonic.Shr or Mnemonic.Sar or Mnemonic.Sal
            or Mnemonic.Rol or Mnemonic.Ror or Mnemonic.Rcl or Mnemonic.Rcr or Mnemonic.Shld or Mnemonic.Shrd;
        if (!mayKeep)
            _undefined &= ~instruction.RflagsModified;
        _undefined |= instruction.RflagsUndefined & Arithmetic;
    }

    private void DefineFlags()
    {
        if (_undefined == 0)
            return;
        _undefined = 0;
        // cmp of two registers
        EmitBytes(0x39, (byte)(0xC0 | _random.Below(64)));
    }

    private static ulong ToFlags(RflagsBits bits)
    {
        ulong flags = 0;
        flags |= (bits & RflagsBits.CF) != 0 ? 1UL : 0;
        flags |= (bits & RflagsBits.PF) != 0 ? 4UL : 0;
        flags |= (bits & RflagsBits.AF) != 0 ? 0x10UL : 0;
        flags |= (bits & RflagsBits.ZF) != 0 ? 0x40UL : 0;
        flags |= (bits & RflagsBits.SF) != 0 ? 0x80UL : 0;
        return flags | ((bits & RflagsBits.OF) != 0 ? 0x800UL : 0);
    }
}
