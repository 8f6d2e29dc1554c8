using Iced.Intel;

namespace Zonix.Machine;

/// <summary>
/// Registers that a sequence needs beyond the temporary one: a register that the instruction does not use is kept in a
/// slot meanwhile, and the map says so.
/// </summary>
internal sealed unsafe partial class BlockTranslator
{
    // Registers without REX first: they serve instructions with AH-DH, too.
    private static ReadOnlySpan<byte> BorrowOrder => [3, 6, 7, 5, 1, 2, 0, 8, 12, 13, 14, 15];

    private readonly int[] _borrowed = new int[4];
    private int _borrowCount;

    // Borrowed registers whose contents are not needed any more: they can serve again.
    private int _idle;

    private MapFlags BorrowFlags => _borrowCount switch
    {
        0 => MapFlags.None,
        1 => MapFlags.Borrow1,
        2 => MapFlags.Borrow1 | MapFlags.Borrow2,
        3 => MapFlags.Borrow1 | MapFlags.Borrow2 | MapFlags.Borrow3,
        _ => MapFlags.Borrow1 | MapFlags.Borrow2 | MapFlags.Borrow3 | MapFlags.Borrow4,
    };

    /// <summary>Frees a register that the instruction does not use. At most four at a time.</summary>
    private int Borrow(in Instruction instruction)
    {
        if (_idle != 0)
        {
            int idle = System.Numerics.BitOperations.TrailingZeroCount(_idle);
            _idle &= _idle - 1;
            return idle;
        }

        int used = UsedRegisters(instruction);
        for (int i = 0; i < _borrowCount; i++)
            used |= 1 << _borrowed[i];
        foreach (byte register in BorrowOrder)
        {
            if ((used & (1 << register)) != 0)
                continue;
            if (_borrowCount == _borrowed.Length)
                break;
            BorrowRegister(register);
            return register;
        }

        throw new InvalidOperationException($"no register left to translate '{instruction}' at {instruction.IP:x}");
    }

    /// <summary>Says that a borrowed register's contents are not needed any more.</summary>
    private void Release(int register)
    {
        for (int i = 0; i < _borrowCount; i++)
        {
            if (_borrowed[i] == register)
                _idle |= 1 << register;
        }
    }

    /// <summary>Keeps the guest's value of a host register in a slot until <see cref="EndBorrow"/>.</summary>
    private void BorrowRegister(int register)
    {
        _emit.Store64(Operand.Slot(BorrowSlot(_borrowCount)), register);
        _borrowed[_borrowCount++] = register;
        Mark(MapFlags.None);
    }

    /// <summary>Gives borrowed registers back; the instruction has taken effect, or nothing visible has happened yet.</summary>
    private void EndBorrow()
    {
        if (_borrowCount == 0)
            return;
        int count = _borrowCount;
        _borrowCount = 0;
        _idle = 0;
        Mark(MapFlags.Tail);
        for (int i = count - 1; i >= 0; i--)
            _emit.Load64(_borrowed[i], Operand.Slot(BorrowSlot(i)));
    }

    private static int BorrowSlot(int index) => index switch
    {
        0 => CpuState.BorrowOffset,
        1 => CpuState.ScratchOffset,
        2 => CpuState.Borrow3Offset,
        _ => CpuState.Borrow4Offset,
    };

    private int UsedRegisters(in Instruction instruction)
    {
        int used = 0;
        foreach (UsedRegister register in _info.GetInfo(instruction).GetUsedRegisters())
        {
            if (register.Register.IsGPR())
                used |= 1 << Math.Max(_registers.Host(Number(register.Register)), 0);
        }

        return used;
    }

    /// <summary>Number of a general register, whatever its width.</summary>
    internal static int Number(Register register) => register switch
    {
        >= Register.RAX and <= Register.R15 => register - Register.RAX,
        >= Register.EAX and <= Register.R15D => register - Register.EAX,
        >= Register.AX and <= Register.R15W => register - Register.AX,
        >= Register.AL and <= Register.BL => register - Register.AL,
        >= Register.AH and <= Register.BH => register - Register.AH,
        >= Register.SPL and <= Register.R15L => register - Register.SPL + 4,
        _ => -1,
    };

    /// <summary>A host register in the width of a guest register.</summary>
    private static Register Rename(Register guest, int host) => guest switch
    {
        >= Register.RAX and <= Register.R15 => Register.RAX + host,
        >= Register.EAX and <= Register.R15D => Register.EAX + host,
        >= Register.AX and <= Register.R15W => Register.AX + host,
        _ => host < 4 ? Register.AL + host : Register.SPL + (host - 4),
    };
}
