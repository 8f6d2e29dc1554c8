using Iced.Intel;

namespace Zonix.Machine;

/// <summary>
/// Memory operands. In a small window most are addressed through GS with a 32-bit address size: the CPU truncates the
/// address and adds the window's base, without any further instruction. Loads through a plain register go through the
/// temporary register instead: base + index without displacement is a cycle faster than a segment; see docs/adr/0001.
/// </summary>
internal sealed unsafe partial class BlockTranslator
{
    // Below the lowest address that can be mapped (64 KiB), so that truncation before the addition changes nothing.
    private const int NearDisplacement = 0xFFF0;

    /// <summary>Finds the host's operand for a guest's; may emit code that computes it.</summary>
    /// <param name="instruction">The guest's instruction.</param>
    /// <param name="isLoad">Its result goes to a general register.</param>
    /// <param name="temporaryIsFree">The temporary register may be part of the operand.</param>
    private Operand Address(in Instruction instruction, bool isLoad, bool temporaryIsFree)
    {
        GuestAddress address = GuestAddress.Of(instruction);
        if (address.Is16)
            return WordAddress(instruction, address, temporaryIsFree);
        // The CPU adds the bit offset's share of the address; only a truncating operand keeps it inside the window.
        bool isFree = !IsRegisterBitTest(instruction);
        if (address.Segment == 0 && address.IsConstant)
            return isFree ? ConstantAddress(instruction, address, temporaryIsFree) : new Operand(-1, -1, 1, (int)address.Constant) { Windowed = true };
        int near = address.Displacement + _stackDelta;
        if (isFree && address is { Segment: 0, Base: HostRegister.GuestStack, Index: < 0, HasVectorIndex: false } && near is >= -NearDisplacement and <= NearDisplacement)
            return StackOperand(address.Displacement);
        return _small ? SmallAddress(instruction, address, isLoad, temporaryIsFree) : LargeAddress(instruction, address, temporaryIsFree);
    }

    /// <summary>Addresses of 16 bits: they wrap within the first 64 KiB of their segment.</summary>
    private Operand WordAddress(in Instruction instruction, in GuestAddress address, bool temporaryIsFree)
    {
        int register = temporaryIsFree ? HostRegister.Temporary : Borrow(instruction);
        Compute(instruction, register, address);
        return new Operand(register, -1, 1, 0) { Windowed = true };
    }

    /// <summary>Puts the operand's host address into a low register, so that nothing but that register is encoded.</summary>
    private Operand PlainAddress(in Instruction instruction)
    {
        int register = Borrow(instruction);
        GuestAddress address = GuestAddress.Of(instruction);
        if (address.IsConstant && address.Segment == 0)
            _emit.LoadConstant(register, address.Constant & (_window.Size - 1));
        else
            Compute(instruction, register, address);
        if (_small)
            _emit.Move32(register, register);
        else
            _emit.Pext64OfSlot(register, CpuState.MaskOffset);
        _emit.Lea64(register, new Operand(HostRegister.Window, register, 1, 0));
        return Operand.At(register, 0);
    }

    private Operand ConstantAddress(in Instruction instruction, in GuestAddress address, bool temporaryIsFree)
    {
        ulong value = address.Constant & (_window.Size - 1);
        if (value <= int.MaxValue)
            return Operand.At(HostRegister.Window, (int)value);
        if (_small)
            return new Operand(-1, -1, 1, (int)(uint)value) { Windowed = true };
        int register = temporaryIsFree ? HostRegister.Temporary : Borrow(instruction);
        _held = -1;
        _emit.LoadConstant(register, value);
        return new Operand(HostRegister.Window, register, 1, 0);
    }

    private Operand SmallAddress(in Instruction instruction, in GuestAddress address, bool isLoad, bool temporaryIsFree)
    {
        if (address.Segment != 0)
            return SmallSegmentAddress(instruction, address, temporaryIsFree);
        bool isNear = address.Index < 0 && !address.HasVectorIndex && !IsRegisterBitTest(instruction) && address.Displacement is >= -NearDisplacement and <= NearDisplacement;
        bool spilledBase = _registers.IsSpilled(address.Base), spilledIndex = _registers.IsSpilled(address.Index);
        if (temporaryIsFree && isNear && spilledBase)
        {
            _emit.Load32(HostRegister.Temporary, Operand.Slot(_registers.Slot(address.Base)));
            return new Operand(HostRegister.Temporary, HostRegister.Window, 1, address.Displacement);
        }

        if (temporaryIsFree && isNear && isLoad && address.Displacement == 0 && address.Base != HostRegister.GuestStack)
        {
            _emit.Move32(HostRegister.Temporary, _registers.Host(address.Base));
            return new Operand(HostRegister.Temporary, HostRegister.Window, 1, 0);
        }

        if (spilledBase && spilledIndex && address.Base != address.Index)
        {
            int register = temporaryIsFree ? HostRegister.Temporary : Borrow(instruction);
            Compute(instruction, register, address);
            return new Operand(register, -1, 1, 0) { Windowed = true };
        }

        int substitute = -1;
        if (spilledBase || spilledIndex)
        {
            substitute = temporaryIsFree ? HostRegister.Temporary : Borrow(instruction);
            _emit.Load64(substitute, Operand.Slot(_registers.Slot(spilledBase ? address.Base : address.Index)));
        }

        int displacement = address.Displacement;
        int host = spilledBase ? substitute : _registers.Host(address.Base);
        if (address.Base == HostRegister.GuestStack)
            displacement += _stackDelta;
        return new Operand(host, spilledIndex ? substitute : _registers.Host(address.Index), address.Scale, displacement) { Windowed = true };
    }

    private Operand SmallSegmentAddress(in Instruction instruction, in GuestAddress address, bool temporaryIsFree)
    {
        int register = temporaryIsFree ? HostRegister.Temporary : Borrow(instruction);
        if (address.IsConstant)
        {
            int displacement = (int)address.Constant;
            _emit.Load32(register, Operand.Slot(address.Segment));
            return displacement is >= -NearDisplacement and <= NearDisplacement && (long)address.Constant == displacement && !IsRegisterBitTest(instruction)
                ? new Operand(HostRegister.Window, register, 1, displacement)
                : new Operand(register, -1, 1, displacement) { Windowed = true };
        }

        int offset = Borrow(instruction);
        Compute(instruction, offset, address with { Segment = 0 });
        _emit.Load32(register, Operand.Slot(address.Segment));
        // A vector index takes the place of the second register.
        if (address.HasVectorIndex)
        {
            _emit.Lea32(register, new Operand(register, offset, 1, 0));
            return new Operand(register, -1, 1, 0) { Windowed = true };
        }

        return new Operand(register, offset, 1, 0) { Windowed = true };
    }

    private Operand LargeAddress(in Instruction instruction, in GuestAddress address, bool temporaryIsFree)
    {
        int register = temporaryIsFree ? HostRegister.Temporary : Borrow(instruction);
        bool isNear = address is { Segment: 0, Index: < 0, Is32: false } && address.Displacement is >= -NearDisplacement and <= NearDisplacement
            && address.Base != HostRegister.GuestStack;
        int displacement = 0;
        bool canShare = isNear && temporaryIsFree && !address.HasVectorIndex;
        if (canShare && FindMasked(address.Base))
            return new Operand(register, HostRegister.Window, 1, address.Displacement);
        if (temporaryIsFree)
        {
            _held = canShare ? address.Base : -1;
            _computed = true;
        }

        if (isNear)
        {
            if (_registers.IsSpilled(address.Base))
                _emit.Load64(register, Operand.Slot(_registers.Slot(address.Base)));
            else
                _emit.Move64(register, _registers.Host(address.Base));
            displacement = address.Displacement;
        }
        else
        {
            Compute(instruction, register, address);
        }

        if (_flagsDead[_current])
            _emit.And64(register, Operand.Slot(CpuState.MaskOffset));
        else
            _emit.Pext64OfSlot(register, CpuState.MaskOffset);
        // A vector index takes the place of the second register.
        if (address.HasVectorIndex)
        {
            _emit.Lea64(register, new Operand(HostRegister.Window, register, 1, displacement));
            return Operand.At(register, 0);
        }

        return new Operand(register, HostRegister.Window, 1, displacement);
    }

    /// <summary>Computes a guest's effective address, segment included, into a register that the address does not use.</summary>
    private void Compute(in Instruction instruction, int into, in GuestAddress address)
    {
        if (address.IsConstant)
        {
            _emit.LoadConstant(into, address.Constant);
            AddSegment(instruction, into, address.Segment);
            return;
        }

        int index = _registers.Host(address.Index);
        int host = _registers.Host(address.Base);
        int displacement = address.Displacement;
        if (_registers.IsSpilled(address.Index))
        {
            _emit.Load64(into, Operand.Slot(_registers.Slot(address.Index)));
            index = into;
        }

        if (_registers.IsSpilled(address.Base))
        {
            // "into" is taken when the index is spilled, too; it serves both when they are the same register.
            host = index != into || address.Base == address.Index ? into : Borrow(instruction);
            if (index != into || host != into)
                _emit.Load64(host, Operand.Slot(_registers.Slot(address.Base)));
        }
        else if (address.Base == HostRegister.GuestStack)
        {
            displacement += _stackDelta;
        }

        var operand = new Operand(host, index, address.Scale, displacement);
        if (address.Is32)
            _emit.Lea32(into, operand);
        else
            _emit.Lea64(into, operand);
        if (host != into)
            Release(host);
        if (address.Is16)
            _emit.ZeroExtendWord(into);
        AddSegment(instruction, into, address.Segment);
    }

    private void AddSegment(in Instruction instruction, int into, int segment)
    {
        if (segment == 0)
            return;
        int register = Borrow(instruction);
        _emit.Load64(register, Operand.Slot(segment));
        _emit.Lea64(into, new Operand(into, register, 1, 0));
        Release(register);
    }

    /// <summary>A guest's memory operand, by register numbers.</summary>
    private readonly record struct GuestAddress(int Base, int Index, int Scale, int Displacement)
    {
        /// <summary>Offset of the segment's base in the CPU state; 0 is none.</summary>
        internal int Segment { get; init; }

        /// <summary>Value of an operand without registers.</summary>
        internal ulong Constant { get; init; }

        /// <summary>The guest asked for 32-bit addresses.</summary>
        internal bool Is32 { get; init; }

        /// <summary>i386 code asked for 16-bit addresses.</summary>
        internal bool Is16 { get; init; }

        internal bool HasVectorIndex { get; init; }

        internal bool IsConstant => Base < 0 && Index < 0 && !HasVectorIndex;

        internal static GuestAddress Of(in Instruction instruction)
        {
            int segment = instruction.MemorySegment switch
            {
                Register.FS => CpuState.FsBaseOffset,
                Register.GS => CpuState.GsBaseOffset,
                _ => 0,
            };
            if (instruction.Mnemonic == Mnemonic.Lea)
                segment = 0;
            if (instruction.IsIPRelativeMemoryOperand)
                return new GuestAddress(-1, -1, 1, 0) { Segment = segment, Constant = instruction.IPRelativeMemoryAddress };
            Register index = instruction.MemoryIndex;
            bool vector = index is >= Register.XMM0 and <= Register.ZMM31;
            return new GuestAddress(Number(instruction.MemoryBase), vector ? -1 : Number(index), instruction.MemoryIndexScale, (int)(long)instruction.MemoryDisplacement64)
            {
                Segment = segment,
                Constant = instruction.MemoryDisplacement64,
                HasVectorIndex = vector,
                Is32 = instruction.MemoryBase is >= Register.EAX and <= Register.R15D || index is >= Register.EAX and <= Register.R15D,
                Is16 = instruction.MemoryBase is >= Register.AX and <= Register.R15W || index is >= Register.AX and <= Register.R15W,
            };
        }
    }
}
