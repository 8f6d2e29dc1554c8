using Iced.Intel;

namespace Zonix.Differential;

/// <summary>Writing code, and keeping account of the flags that the architecture leaves undefined.</summary>
public sealed partial class CaseGenerator
{
    private const RflagsBits Arithmetic = RflagsBits.OF | RflagsBits.SF | RflagsBits.ZF | RflagsBits.AF | RflagsBits.CF | RflagsBits.PF;

    private static readonly byte[] s_idlePrefixes = [0x2E, 0x36, 0x3E, 0x26, 0x66, 0xF2, 0xF3, 0x67, 0x40, 0x48, 0x4F, 0x44, 0x41];

    private readonly byte[] _mutated = new byte[32];
    private readonly long[] _generated = new long[Enum.GetValues<Code>().Length];
    private RflagsBits _undefined;

    /// <summary>How often a form was generated.</summary>
    public long Generated(Code code) => _generated[(int)code];

    private ulong Here => _case.CodeAddress + (ulong)_code.Length;

    private void MarkHere(int length) => _case.Marks.Add(new TestCase.Mark(_code.Length, length, ToFlags(_undefined)));

    private static ulong ToFlags(RflagsBits bits)
    {
        ulong flags = 0;
        if ((bits & RflagsBits.CF) != 0)
            flags |= 1;
        if ((bits & RflagsBits.PF) != 0)
            flags |= 4;
        if ((bits & RflagsBits.AF) != 0)
            flags |= 0x10;
        if ((bits & RflagsBits.ZF) != 0)
            flags |= 0x40;
        if ((bits & RflagsBits.SF) != 0)
            flags |= 0x80;
        if ((bits & RflagsBits.OF) != 0)
            flags |= 0x800;
        return flags;
    }

    /// <summary>Appends an instruction. Flags that it reads are made defined before.</summary>
    private bool Emit(in Instruction instruction)
    {
        if ((instruction.RflagsRead & _undefined) != 0)
            DefineFlags();
        int start = _code.Length;
        if (!_encoder.TryEncode(instruction, Here, out uint length, out _) || length > 15)
        {
            _code.Length = start;
            return false;
        }

        _code.Length = start;
        MarkHere((int)length);
        _code.Length = start + (int)length;
        Account(instruction);
        return true;
    }

    private void EmitOrFail(in Instruction instruction)
    {
        if (!Emit(instruction))
            throw new InvalidOperationException($"cannot encode {instruction}");
    }

    private void EmitBytes(params ReadOnlySpan<byte> bytes)
    {
        Instruction instruction = Decode(bytes);
        if ((instruction.RflagsRead & _undefined) != 0)
            DefineFlags();
        MarkHere(bytes.Length);
        foreach (byte value in bytes)
            _code.WriteByte(value);
        Account(instruction);
    }

    private Instruction Decode(ReadOnlySpan<byte> bytes)
    {
        var decoder = Decoder.Create(64, bytes.ToArray());
        decoder.IP = Here;
        decoder.Decode(out Instruction instruction);
        return instruction;
    }

    private void Account(in Instruction instruction)
    {
        _generated[(int)instruction.Code]++;
        RflagsBits undefined = instruction.RflagsUndefined & Arithmetic;
        if (!MayKeepFlags(instruction))
            _undefined &= ~instruction.RflagsModified;
        _undefined |= undefined;
    }

    private static bool MayKeepFlags(in Instruction instruction) => instruction.IsStringInstruction || instruction.Mnemonic is
        Mnemonic.Shl or Mnemonic.Shr or Mnemonic.Sar or Mnemonic.Sal or Mnemonic.Rol or Mnemonic.Ror or Mnemonic.Rcl or Mnemonic.Rcr
        or Mnemonic.Shld or Mnemonic.Shrd;

    /// <summary>Gives every arithmetic flag a defined value.</summary>
    private void DefineFlags()
    {
        if (_undefined == 0)
            return;
        int a = _random.Below(16), b = _random.Below(16);
        EmitOrFail(_random.Percent(50)
            ? Instruction.Create(Code.Cmp_rm64_r64, Register.RAX + a, Register.RAX + b)
            : Instruction.Create(Code.Cmp_r32_rm32, Register.EAX + a, Register.EAX + b));
    }

    /// <summary>
    /// Puts idle, repeated or misplaced prefixes in front of the last instruction, where what they make of it is still safe.
    /// </summary>
    private void Mutate(int start)
    {
        int length = _code.Length - start, extra = _random.Between(1, 3);
        if (length + extra > 15)
            return;
        for (int i = 0; i < extra; i++)
            _mutated[i] = _random.Of<byte>(s_idlePrefixes);
        _code[start.._code.Length].CopyTo(_mutated.AsSpan(extra));
        ReadOnlySpan<byte> bytes = _mutated.AsSpan(0, length + extra);
        int end = _code.Length;
        _code.Length = start;
        Instruction before = Decode(_code[start..end]), after = Decode(bytes);
        bool isSafe = _mayMutate && !before.IsIPRelativeMemoryOperand && after.SegmentPrefix is not (Register.FS or Register.GS) && !after.IsInvalid && after.Length == bytes.Length && _table.IsGeneral(after.Code)
            && after.MemoryBase.GetNumber() == before.MemoryBase.GetNumber() && after.MemoryIndex.GetNumber() == before.MemoryIndex.GetNumber() && after.SegmentPrefix == before.SegmentPrefix
            && !IsWideBitTest(after) && (after.RflagsRead & _undefined) == 0 && IsSafe(after) && _wildUses == 0 && !before.IsVsib;
        if (!isSafe)
        {
            _code.Length = end;
            return;
        }

        _case.Marks.RemoveAt(_case.Marks.Count - 1);
        _undefined = _undefinedBefore;
        MarkHere(bytes.Length);
        foreach (byte value in bytes)
            _code.WriteByte(value);
        Account(after);
    }

    private bool IsWideBitTest(in Instruction instruction) =>
        instruction.Mnemonic is Mnemonic.Bt or Mnemonic.Bts or Mnemonic.Btr or Mnemonic.Btc && instruction.Op0Kind == OpKind.Memory
        && instruction.Op1Kind == OpKind.Register && (_indices & (1 << instruction.Op1Register.GetNumber())) == 0;

    /// <summary>Whether it leaves alone what the generator must know: pointers, indices, the vector of indices.</summary>
    private bool IsSafe(in Instruction instruction)
    {
        foreach (UsedRegister used in _info.GetInfo(instruction).GetUsedRegisters())
        {
            if (used.Access is OpAccess.Read or OpAccess.CondRead or OpAccess.None or OpAccess.NoMemAccess)
                continue;
            Register register = used.Register;
            if (register.IsGPR())
            {
                if ((_plain & (1 << NumberOf(register))) == 0)
                    return false;
            }
            else if (register.IsSegmentRegister())
            {
                return false;
            }
            else if (register.IsVectorRegister() && register.GetNumber() == _indexVector)
            {
                return false;
            }
        }

        return true;
    }

    private static int NumberOf(Register register) => register switch
    {
        >= Register.AH and <= Register.BH => register - Register.AH,
        >= Register.SPL and <= Register.R15L => register - Register.SPL + 4,
        _ => register.GetFullRegister().GetNumber(),
    };
}
