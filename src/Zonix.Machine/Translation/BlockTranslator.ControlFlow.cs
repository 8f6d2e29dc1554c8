using Iced.Intel;
using Zonix.Host.Memory;

namespace Zonix.Machine;

/// <summary>Jumps, calls, returns, and exits to C#.</summary>
internal sealed unsafe partial class BlockTranslator
{
    private void EmitConditionalBranch(in Instruction instruction)
    {
        FlushStack();
        if (instruction.ConditionCode != ConditionCode.None && instruction.IsJccShortOrNear)
        {
            _maskedBehind = _masked;
            _emit.AlignPatchSite(2);
            _emit.Byte(0x0F);
            _emit.Byte(0x80 + (int)instruction.ConditionCode - 1);
            AddExit(instruction.NearBranchTarget);
            return;
        }

        // loop, loope, loopne, jrcxz reach 127 bytes only: they hop over a jump that skips the real one.
        // Of the guest's prefixes only the address size counts; an operand size would cut the host's rip on AMD's CPUs.
        bool narrow = _isI386 || UsesNarrowAddresses(instruction);
        _emit.AlignPatchSite(narrow ? 6 : 5);
        if (narrow)
            _emit.Byte(0x67);
        _emit.Byte(Raw(instruction)[^2]);
        _emit.Byte(2);
        Mark(MapFlags.Tail);
        _emit.Byte(0xEB);
        _emit.Byte(5);
        _emit.Byte(0xE9);
        AddExit(instruction.NearBranchTarget);
    }

    private bool EmitCall(in Instruction instruction)
    {
        if (TryEmitPositionCall(instruction))
            return false;
        EmitPushReturnAddress(instruction);
        if (!_registers.IsCanonical)
        {
            EmitLinkJump(instruction.NearBranchTarget);
            return true;
        }

        _emit.AlignPatchSite(1);
        _emit.Byte(0xE8);
        AddExit(instruction.NearBranchTarget, isCall: true);
        BeginReturnSite(instruction.NextIP);
        return false;
    }

    /// <summary>
    /// The guest's return address leads here through the table, and the host's return predictor knows it: the guest's call
    /// was a host call, its return will be a host return.
    /// </summary>
    private void BeginReturnSite(ulong guest)
    {
        _returnSites.Add((guest, _emit.Address));
        MarkAt(guest, MapFlags.None);
        _emit.Load64(HostRegister.Window, Operand.Slot(CpuState.WindowBaseOffset));
    }

    /// <summary>Stores the return address and moves the stack pointer; the call has happened once that is done.</summary>
    private void EmitPushReturnAddress(in Instruction call)
    {
        StoreReturnAddress(call);
        _stackDelta += call.StackPointerIncrement;
        ApplyStackDelta();
    }

    private void StoreReturnAddress(in Instruction call)
    {
        if (_isI386)
            StoreToStack(-call.StackPointerIncrement, (long)(int)call.NextIP);
        else
            EmitStoreConstant(StackOperand(-8), call.NextIP);
    }

    private void EmitStoreConstant(in Operand operand, ulong value)
    {
        if (value <= int.MaxValue)
        {
            _emit.StoreImmediate64(operand, (int)value);
            return;
        }

        _emit.StoreImmediate32(operand, (int)value);
        _emit.StoreImmediate32(operand with { Displacement = operand.Displacement + 4 }, (int)(value >> 32));
    }

    private bool EmitReturn(in Instruction instruction)
    {
        int size = !_isI386 ? 8 : instruction.Code is Code.Retnw or Code.Retnw_imm16 ? 2 : 4;
        EmitLoadTarget(StackOperand(0), size);
        _stackDelta += size + (instruction.OpCount == 1 ? instruction.Immediate16 : 0);
        ApplyStackDelta();
        EmitTableLookup();
        // push r10; ret: the pushed address is what the host's return predictor expects, unless the guest plays tricks.
        _emit.Byte(0x41);
        _emit.Byte(0x50 | (HostRegister.Window & 7));
        _emit.Byte(0xC3);
        return true;
    }

    private bool EmitIndirectJump(in Instruction instruction)
    {
        EmitTarget(instruction);
        FlushStack();
        EmitTableLookup();
        _emit.JumpRegister(HostRegister.Window);
        return true;
    }

    private bool EmitIndirectCall(in Instruction instruction)
    {
        EmitTarget(instruction);
        EmitPushReturnAddress(instruction);
        EmitTableLookup();
        if (!_registers.IsCanonical)
        {
            _emit.JumpRegister(HostRegister.Window);
            return true;
        }

        _emit.Byte(0xE8);
        _indirectCalls.Add(_emit.Address);
        _emit.Int32(0);
        BeginReturnSite(instruction.NextIP);
        return false;
    }

    /// <summary>Moves the stack pointer for good; from here on the instruction cannot be restarted.</summary>
    private void ApplyStackDelta()
    {
        TryMoveStack();
        // ret imm16 may go far; everything else has just touched the stack.
        _stackUnchecked = false;
        Mark(MapFlags.Tail);
    }

    private void EmitLoadTarget(in Operand operand, int size)
    {
        if (size == 2)
            _emit.LoadWord(HostRegister.Temporary, operand);
        else if (_small)
            _emit.Load32(HostRegister.Temporary, operand);
        else
            _emit.Load64(HostRegister.Temporary, operand);
    }

    private void EmitTarget(in Instruction instruction)
    {
        int size = _isI386 && instruction.Code is Code.Jmp_rm16 or Code.Call_rm16 ? 2 : _wordSize;
        if (instruction.Op0Kind == OpKind.Memory)
        {
            EmitLoadTarget(Address(instruction, isLoad: true, temporaryIsFree: true), size);
            EndBorrow();
            return;
        }

        int register = Number(instruction.Op0Register);
        if (_registers.IsSpilled(register))
        {
            EmitLoadTarget(Operand.Slot(_registers.Slot(register)), size);
        }
        else if (register == HostRegister.GuestStack)
        {
            if (_small)
                _emit.Lea32(HostRegister.Temporary, Operand.At(HostRegister.Stack, _stackDelta));
            else
                _emit.Lea64(HostRegister.Temporary, Operand.At(HostRegister.Stack, _stackDelta));
            TruncateTarget(size);
        }
        else if (_small)
        {
            _emit.Move32(HostRegister.Temporary, _registers.Host(register));
            TruncateTarget(size);
        }
        else
        {
            _emit.Move64(HostRegister.Temporary, _registers.Host(register));
        }
    }

    private void TruncateTarget(int size)
    {
        if (size == 2)
            _emit.ZeroExtendWord(HostRegister.Temporary);
    }

    /// <summary>
    /// Finds the translation of the guest address in the temporary register. No compare and no flags: entry 0 of the table
    /// leads to the stub that asks for a translation.
    /// </summary>
    private void EmitTableLookup()
    {
        Mark(MapFlags.Tail);
        LeaveMap();
        if (!_small)
        {
            _emit.Store64(Operand.Slot(CpuState.ScratchOffset), HostRegister.Temporary);
            _emit.Move32(HostRegister.Temporary, HostRegister.Temporary);
        }

        _emit.Load64(HostRegister.Window, Operand.Slot(CpuState.TableBaseOffset));
        _emit.Load32(HostRegister.Window, new Operand(HostRegister.Window, HostRegister.Temporary, 4, 0));
        _emit.Lea64(HostRegister.Window, Operand.At(HostRegister.Window, (int)CodeArea.Shared.Base));
    }

    private bool EmitInterrupt(in Instruction instruction)
    {
        if (instruction.Mnemonic == Mnemonic.Int3)
            return EmitException(3, 0, instruction.NextIP);
        if (instruction.Mnemonic == Mnemonic.Into)
            return EmitInterruptOnOverflow(instruction);
        if (instruction.Mnemonic == Mnemonic.Int1)
            return EmitException(1, 0, instruction.NextIP);
        if (instruction.Mnemonic == Mnemonic.Int && instruction.Immediate8 == 0x80)
            return EmitExit(_isI386 ? _stubs.ExitSyscall : _stubs.ExitInterrupt80, instruction.NextIP);
        if (instruction.Mnemonic == Mnemonic.Int && instruction.Immediate8 == 3)
            return EmitException(3, 0, instruction.NextIP);
        // Linux lets user mode raise #OF, too; every other gate is the kernel's.
        if (instruction.Mnemonic == Mnemonic.Int && instruction.Immediate8 == 4)
            return EmitException(4, 0, instruction.NextIP);
        return EmitException(GeneralProtection, (uint)(instruction.Immediate8 << 3) | 2, instruction.IP);
    }

    private bool EmitInterruptOnOverflow(in Instruction instruction)
    {
        FlushStack();
        // jno rel8
        _emit.Byte(0x71);
        nint distance = _emit.Address;
        _emit.Byte(0);
        _ = EmitException(4, 0, instruction.NextIP);
        nint behind = _emit.Address;
        _emit.Begin(distance);
        _emit.Byte((int)(behind - distance - 1));
        _emit.Begin(behind);
        EmitLinkJump(instruction.NextIP);
        return true;
    }

    private bool EmitException(int vector, uint errorCode, ulong rip)
    {
        FlushStack();
        _emit.StoreImmediate32(Operand.Slot(CpuState.LinkOffset), vector | (int)(errorCode << 8));
        return EmitExit(_stubs.ExitException, rip);
    }

    private bool EmitExit(nint stub, ulong rip)
    {
        FlushStack();
        LeaveMap();
        EmitStoreConstant(Operand.Slot(CpuState.RipOffset), rip);
        _emit.Jump(stub);
        return true;
    }
}
