using Iced.Intel;

namespace Zonix.Machine;

/// <summary>
/// Calls that only find out where they are, as position-independent code of i386 does at the start of nearly every function. As host calls
/// they would cost a look-up each, and those that never return would put the host's return predictor out of step.
/// </summary>
internal sealed unsafe partial class BlockTranslator
{
    /// <summary>A call of the next instruction, which pops its address, or of a thunk that loads its return address and returns.</summary>
    private bool TryEmitPositionCall(in Instruction call)
    {
        if (_isSingle || call.StackPointerIncrement != -_wordSize)
            return false;
        if (call.NearBranchTarget == call.NextIP)
        {
            StoreReturnAddress(call);
            _stackDelta -= _wordSize;
            return true;
        }

        if (!_isI386 || !TryReadThunk((uint)call.NearBranchTarget, out int register))
            return false;
        // Below the stack pointer, as the thunk leaves it.
        StoreReturnAddress(call);
        _emit.LoadConstant(register, (uint)call.NextIP);
        return true;
    }

    /// <summary>
    /// Whether an address holds mov r32, [esp]; ret. Only in code of the same unit of a file, which is taken away as a whole when any of it
    /// changes: private code would have to be watched there, too.
    /// </summary>
    private bool TryReadThunk(uint address, out int register)
    {
        const int Esp = 4;
        register = -1;
        if (_unit.Key is null || !_window.IsExecutable(address, out CodeRange range) || range.Unit != _unit || address + 4UL > range.End)
            return false;
        byte* code = stackalloc byte[4];
        if (_window.CopyInUnresolved(address, code, 4) != 4 || code[0] != 0x8B || (code[1] & 0xC7) != 0x04 || code[2] != 0x24 || code[3] != 0xC3)
            return false;
        register = code[1] >> 3;
        return register != Esp;
    }
}
