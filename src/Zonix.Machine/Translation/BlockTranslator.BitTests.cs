using Iced.Intel;

namespace Zonix.Machine;

/// <summary>
/// bt, bts, btr and btc of memory with the bit's number in a register: it reaches 2^60 bytes to both sides. In a small
/// window the address size truncates the sum; in a large one the number is split before the address is masked.
/// </summary>
internal sealed unsafe partial class BlockTranslator
{
    private static bool IsRegisterBitTest(in Instruction instruction) =>
        instruction.Mnemonic is Mnemonic.Bt or Mnemonic.Bts or Mnemonic.Btr or Mnemonic.Btc
        && instruction.Op0Kind == OpKind.Memory && instruction.Op1Kind == OpKind.Register;

    private void EmitBitTest(in Instruction instruction)
    {
        FlushPendingDelta();
        int size = instruction.Op1Register.GetSize(), number = Number(instruction.Op1Register);
        int bit = Borrow(instruction), word = Borrow(instruction);
        if (_registers.IsSpilled(number))
            _emit.Load64(bit, Operand.Slot(_registers.Slot(number)));
        else
            _emit.Move64(bit, _registers.Host(number));
        if (size < 8)
            Encode(Instruction.Create(size == 4 ? Code.Movsxd_r64_rm32 : Code.Movsx_r64_rm16, Register.RAX + bit, (size == 4 ? Register.EAX : Register.AX) + bit));
        _emit.LoadConstant(word, size switch { 8 => 6, 4 => 5, _ => 4 });
        Encode(Instruction.Create(Code.VEX_Sarx_r64_rm64_r64, Register.RAX + word, Register.RAX + bit, Register.RAX + word));
        GuestAddress address = GuestAddress.Of(instruction);
        Compute(instruction, HostRegister.Temporary, address with { Segment = 0 });
        var sum = new Operand(HostRegister.Temporary, word, size, 0);
        if (address.Is32)
            _emit.Lea32(HostRegister.Temporary, sum);
        else
            _emit.Lea64(HostRegister.Temporary, sum);
        AddSegment(instruction, HostRegister.Temporary, address.Segment);
        _emit.Pext64OfSlot(HostRegister.Temporary, CpuState.MaskOffset);
        _emit.LoadConstant(word, ((ulong)size * 8) - 1);
        Encode(Instruction.Create(Code.VEX_Pext_r64_r64_rm64, Register.RAX + bit, Register.RAX + bit, Register.RAX + word));
        Instruction host = instruction;
        SetOperand(ref host, new Operand(HostRegister.Temporary, HostRegister.Window, 1, 0));
        host.Op1Register = Rename(instruction.Op1Register, bit);
        Encode(host);
        EndBorrow();
    }

    private void Encode(in Instruction host)
    {
        if (!_emit.TryEncode(host))
            throw new InvalidOperationException($"'{host}' has no encoding");
    }
}
