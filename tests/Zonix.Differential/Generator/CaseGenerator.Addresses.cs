using Iced.Intel;
using Kind = Iced.Intel.OpCodeOperandKind;

namespace Zonix.Differential;

/// <summary>Memory operands in all their forms, whose address is known.</summary>
public sealed partial class CaseGenerator
{
    private int _wildUses;
    private ulong _fsBase;
    private ulong _gsBase;

    private void SetMemory(ref Instruction instruction, InstructionForm form)
    {
        int size = Math.Max(1, instruction.MemorySize.GetSize());
        bool isWritten = false, isOffset = false;
        for (int i = 0; i < form.Kinds.Length; i++)
        {
            if (instruction.GetOpKind(i) != OpKind.Memory)
                continue;
            isWritten = form.IsWritten(i);
            isOffset = form.Kinds[i] == Kind.mem_offs;
        }

        int alignment = form.IsAligned && !_random.PerMille(_mayFault ? 20 : 0) ? Math.Max(16, size)
            : form.Info.CanUseLockPrefix ? Math.Min(size, 16) : _random.Percent(30) ? 16 : 1;
        ulong target = PickTarget(size, alignment, isWritten);
        if (isOffset)
            SetOffset(ref instruction, target);
        else
            SetAddress(ref instruction, target, alignment, form.IsBitTest ? -1 : size);
    }

    /// <summary>An address to access.</summary>
    private ulong PickTarget(int size, int alignment, bool isWritten)
    {
        if (_mayFault && _random.PerMille(15))
        {
            ulong before = (ulong)_random.Between(1, Math.Max(1, size - 1));
            return _random.Below(6) switch
            {
                0 => Layout.Data - before,
                1 => Layout.ReadOnly + Layout.ReadOnlySize - before,
                2 => Layout.HighData + Layout.HighDataSize - before,
                3 => Layout.Stack + Layout.StackSize - before,
                4 => Layout.ReadOnly - before,
                _ => Layout.ReadOnly + (ulong)_random.Below(4000),
            };
        }

        int room = Math.Max(64, size);
        ulong address = _random.Below(100) switch
        {
            < 12 when !(_stackIsProtected && isWritten) => Layout.Stack + (ulong)_random.Below(Layout.StackSize - room),
            < 25 => Layout.HighData + (ulong)_random.Below(Layout.HighDataSize - room),
            < 35 when !isWritten => Layout.ReadOnly + (ulong)_random.Below(Layout.ReadOnlySize - room),
            < 40 when alignment == 1 => Layout.Data + (ulong)(Layout.PageSize * _random.Between(1, 2)) - (ulong)_random.Below(room),
            _ => Layout.Data + (ulong)_random.Below(Layout.DataSize - room),
        };
        return address & ~(ulong)(alignment - 1);
    }

    private void SetOffset(ref Instruction instruction, ulong target)
    {
        ulong segment = PickSegment(ref instruction, 15);
        bool isNarrow = _random.Percent(20) && target - segment <= uint.MaxValue;
        instruction.MemoryDisplSize = isNarrow ? 4 : 8;
        instruction.MemoryDisplacement64 = target - segment;
    }

    private ulong PickSegment(ref Instruction instruction, int chance)
    {
        if (!_random.Percent(chance))
            return 0;
        bool isFs = _random.Percent(50);
        instruction.SegmentPrefix = isFs ? Register.FS : Register.GS;
        return isFs ? _fsBase : _gsBase;
    }

    /// <summary>Finds base, index and displacement for an address.</summary>
    /// <param name="instruction">The instruction; a vector index is set already.</param>
    /// <param name="target">The address.</param>
    /// <param name="alignment">Alignment that must be kept.</param>
    /// <param name="size">Bytes accessed; -1 when the address must not be a wild one.</param>
    private void SetAddress(ref Instruction instruction, ulong target, int alignment, int size)
    {
        bool hasVectorIndex = instruction.MemoryIndex != Register.None;
        if (hasVectorIndex)
        {
            instruction.MemoryIndexScale = 1 << _random.Below(4);
            target = Layout.Data + 0x1000 + (ulong)_random.Below(0x400);
        }

        if (_wild >= 0 && size > 0 && !hasVectorIndex && _random.PerMille(12))
        {
            _wildUses++;
            instruction.MemoryBase = Register.RAX + _wild;
            SetDisplacement(ref instruction, _random.Below(100), isNarrow: false);
            return;
        }

        for (int attempt = 0; attempt < 4; attempt++)
        {
            if (TrySetAddress(ref instruction, target, alignment, hasVectorIndex))
                return;
        }

        // Absolute: every area lies below 4 GiB, and what lies above 2 GiB can be reached with 32-bit addresses.
        instruction.SegmentPrefix = Register.None;
        instruction.MemoryBase = Register.None;
        if (!hasVectorIndex)
            instruction.MemoryIndex = Register.None;
        instruction.MemoryDisplSize = target > int.MaxValue ? 4 : 8;
        instruction.MemoryDisplacement64 = target;
    }

    private bool TrySetAddress(ref Instruction instruction, ulong target, int alignment, bool hasVectorIndex)
    {
        instruction.SegmentPrefix = Register.None;
        instruction.MemoryBase = Register.None;
        if (!hasVectorIndex)
            instruction.MemoryIndex = Register.None;
        int form = _random.Below(100);
        bool isNarrow = !hasVectorIndex && _random.Percent(9);
        if (form < 8 && !hasVectorIndex)
        {
            ulong offset = target - PickSegment(ref instruction, 5);
            if (isNarrow ? offset > uint.MaxValue : (long)(offset - Here) is > int.MaxValue - 4096 or < int.MinValue + 4096)
                return false;
            instruction.MemoryBase = isNarrow ? Register.EIP : Register.RIP;
            instruction.MemoryDisplSize = isNarrow ? 4 : 8;
            instruction.MemoryDisplacement64 = offset;
            return true;
        }

        ulong segment = PickSegment(ref instruction, 7);
        ulong sum = segment;
        int first = form < 12 ? -1 : form < 20 ? PickOf(_indices) : PickBase(alignment, isNarrow);
        int second = form >= 12 && !hasVectorIndex && _random.Percent(45) ? PickOf(_indices) : -1;
        int scale = second >= 0 ? 1 << _random.Below(4) : 1;
        if (form is >= 12 and < 20 && second < 0)
            (first, second, scale) = (-1, first, 1 << _random.Below(4));
        else if (second >= 0 && scale == 1 && first >= 0 && first != Rsp && _random.Percent(20))
            (first, second) = (second, first);
        Register zero = isNarrow ? Register.EAX : Register.RAX;
        if (first >= 0)
        {
            instruction.MemoryBase = zero + first;
            sum += _value[first];
        }

        if (second >= 0)
        {
            instruction.MemoryIndex = zero + second;
            instruction.MemoryIndexScale = scale;
            sum += _value[second] * (ulong)scale;
        }

        // Often what the stack pointer or another pointer is close to.
        if (first == Rsp && second < 0 && alignment <= 8 && segment == 0 && _random.Percent(60))
            target = _value[Rsp] + (ulong)((_stackIsProtected ? 16 : 0) + (_random.Below(14) * 8));
        ulong distance = target - sum;
        if (isNarrow)
        {
            if (target - segment > uint.MaxValue)
                return false;
            distance = (ulong)(long)(int)distance;
        }
        else if ((long)distance != (int)distance)
        {
            return false;
        }

        SetDisplacement(ref instruction, (int)distance, isNarrow);
        return true;
    }

    private void SetDisplacement(ref Instruction instruction, int displacement, bool isNarrow)
    {
        instruction.MemoryDisplacement64 = isNarrow ? (uint)displacement : (ulong)(long)displacement;
        bool isAbsolute = instruction.MemoryBase == Register.None;
        if (displacement == 0 && !isAbsolute && _random.Percent(80))
            instruction.MemoryDisplSize = 0;
        else if (displacement is >= -128 and <= 127 && !isAbsolute && _random.Percent(80))
            instruction.MemoryDisplSize = 1;
        else
            instruction.MemoryDisplSize = isNarrow ? 4 : 8;
    }

    private int PickBase(int alignment, bool isNarrow)
    {
        if (isNarrow && _narrow >= 0 && _random.Percent(50))
            return _narrow;
        int set = alignment > 8 ? _pointers & ~_unaligned : _pointers;
        if (set == 0 || (alignment > 8 && set == 1 << Rsp && (_value[Rsp] & 15) != 0))
            set = _pointers;
        if (set != 1 << Rsp && (set & (1 << Rsp)) != 0 && !_random.Percent(20))
            set &= ~(1 << Rsp);
        return PickOf(set);
    }
}
