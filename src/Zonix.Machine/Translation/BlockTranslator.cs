using Iced.Intel;
using Zonix.Host.Memory;

namespace Zonix.Machine;

/// <summary>
/// Translates guest code, same ISA to same ISA. One instance per machine, used under the cache's lock. A block is a
/// run of consecutive instructions that ends at the first unconditional transfer; conditional exits leave from its middle.
/// </summary>
internal sealed unsafe partial class BlockTranslator
{
    private const int MaxInstructions = 64;
    private const int MaxBytes = 1024;

    private readonly CodeCache _cache;
    private readonly ProcessStubs _stubs = ProcessStubs.Shared;
    private readonly CodeEmitter _emit = new();
    private readonly byte[] _code = new byte[MaxBytes];
    private readonly SpanCodeReader _reader;
    private readonly Decoder _decoder64;
    private readonly Decoder _decoder32;
    private readonly Instruction[] _instructions = new Instruction[MaxInstructions];
    private readonly bool[] _isTarget = new bool[MaxInstructions];
    private readonly bool[] _flagsDead = new bool[MaxInstructions];
    private readonly List<MapEntry> _map = [];
    private readonly List<(nint Site, ulong Target, bool IsCall)> _exits = [];
    private readonly List<(ulong Guest, nint Host)> _returnSites = [];

    // Displacements of host calls whose target is known at run time only.
    private readonly List<nint> _indirectCalls = [];
    private readonly InstructionInfoFactory _info = new();

    // Sites of jumps whose way out restores the canonical register map first.
    private readonly List<nint> _innerSites = [];

    // What is being translated, for whom.
    private MemoryWindow _window = null!;
    private CodeUnit _unit = null!;
    private bool _small;
    private bool _isI386;

    // The block is one instruction, to be run once: a debugger sees each of them.
    private bool _isSingle;

    // Bytes of a stack item whose size no prefix changes.
    private int _wordSize;

    private RegisterMap _registers = RegisterMap.Canonical;
    private nint _start;
    private ulong _guest;
    private int _current;

    // Guest rsp is the host's copy plus this; pushes and pops add up and are applied once.
    private int _stackDelta;

    // Part of the above that only addresses see yet: pop [mem] has not popped while it may fault.
    private int _unpopped;

    // The host's copy of rsp may lie (not far) outside the window until the next access through it.
    private bool _stackUnchecked;

    internal BlockTranslator(CodeCache cache)
    {
        _cache = cache;
        _reader = new SpanCodeReader(_code);
        _decoder64 = Decoder.Create(64, _reader);
        _decoder32 = Decoder.Create(32, _reader);
    }

    /// <summary>Translates the block at a guest address.</summary>
    /// <param name="window">Where its bytes are read.</param>
    /// <param name="unit">The unit that the address belongs to.</param>
    /// <param name="guest">Address of its first instruction.</param>
    /// <param name="single">One instruction only, to be run once.</param>
    /// <returns>Null when the first instruction cannot be fetched, or lies in two units and is not to be run once only.</returns>
    internal Block? Translate(MemoryWindow window, CodeUnit unit, ulong guest, bool single)
    {
        _window = window;
        _unit = unit;
        _small = window.Kind != WindowKind.Large;
        _isI386 = window.IsI386;
        _isSingle = single;
        _wordSize = _isI386 ? 4 : 8;
        _guest = guest;
        int available = Fetch(guest, watch: !single);
        if (available == 0)
            return null;
        int count = Decode(guest, available, single ? 1 : MaxInstructions);
        if (count == 0)
        {
            // The first instruction runs on into the next page.
            if (!FetchMore(guest, ref available, watch: !single) || (count = Decode(guest, available, 1)) == 0)
                return null;
        }

        count = EndBeforeKnownCall(count);
        FindTargets(count);
        if (!_small)
            FindDeadFlags(count);
        return EmitBlock(guest, count, single);
    }

    /// <summary>Points the exits of a new block at what is translated already, itself included.</summary>
    internal void ResolveOwnLinks(Block block)
    {
        for (int i = 0; i < _exits.Count; i++)
        {
            if (!block.Registers.IsCanonical && block.FindInnerEntry(_exits[i].Target) is not 0 and nint inner)
            {
                LinkInfo link = _cache.Link(block.FirstLink + i);
                nint site = _innerSites[i];
                _cache.Connect(_cache.AddLink(link with { Site = site, Stub = site + 4 + CodeCache.Displacement(site) }), inner, block);
            }

            nint entry = _unit.FindEntry(_exits[i].Target, _exits[i].IsCall, out Block? owner);
            if (entry != 0)
                _cache.Connect(block.FirstLink + i, entry, owner!);
        }
    }

    private int Fetch(ulong guest, bool watch)
    {
        if (!_window.IsExecutable(guest, out CodeRange range))
            return 0;
        ulong end = range.End;
        // Only the page that is watched may be read ahead.
        bool writable = (range.Protection & MemoryProtection.Write) != 0;
        if (writable)
        {
            end = Math.Min(end, (guest | 4095) + 1);
            if (watch && !TryWatch(guest))
                return 0;
        }

        int wanted = (int)Math.Min(MaxBytes, end - guest);
        fixed (byte* to = _code)
            return (int)_window.CopyInUnresolved(guest, to, (nuint)wanted);
    }

    /// <summary>Watches a page, if it is there: taking its write permission would make it readable zeros otherwise.</summary>
    private bool TryWatch(ulong guest)
    {
        byte probe;
        if (_window.CopyInUnresolved(guest, &probe, 1) == 0)
            return false;
        _window.Watch(guest);
        return true;
    }

    private bool FetchMore(ulong guest, ref int available, bool watch)
    {
        ulong next = guest + (ulong)available;
        if (available > 15 || (next & 4095) != 0 || !_window.IsExecutable(next, out CodeRange range))
            return false;
        // A block that others will find must not depend on another unit.
        if (watch && range.Unit != _unit && (range.Unit is not null || _unit.Key is not null))
            return false;
        if (watch && (range.Protection & MemoryProtection.Write) != 0 && !TryWatch(next))
            return false;
        fixed (byte* to = _code)
        {
            int more = (int)_window.CopyInUnresolved(next, to + available, 16);
            available += more;
            return more > 0;
        }
    }

    private int Decode(ulong guest, int available, int limit)
    {
        _reader.Reset(available);
        Decoder decoder = _isI386 ? _decoder32 : _decoder64;
        decoder.IP = guest;
        for (int i = 0; i < limit; i++)
        {
            ref Instruction instruction = ref _instructions[i];
            decoder.Decode(out instruction);
            if (instruction.IsInvalid)
            {
                // An undefined instruction gets a block of its own, so that it faults only when it is reached.
                if (decoder.LastError == DecoderError.NoMoreBytes || i > 0)
                    return i;
                return 1;
            }

            if (EndsBlock(instruction))
                return i + 1;
        }

        return limit;
    }

    private bool EndsBlock(in Instruction instruction) => instruction.FlowControl switch
    {
        FlowControl.Next => instruction.Mnemonic is Mnemonic.Cpuid or Mnemonic.Hlt || instruction.IsPrivileged || NeedsEmulation(instruction),
        FlowControl.ConditionalBranch => NeedsEmulation(instruction),
        FlowControl.Call => !instruction.IsCallNear,
        FlowControl.IndirectCall => !instruction.IsCallNearIndirect,
        _ => true,
    };

    private Block EmitBlock(ulong guest, int count, bool single)
    {
        _map.Clear();
        _exits.Clear();
        _returnSites.Clear();
        _indirectCalls.Clear();
        _borrowCount = 0;
        _stackDelta = 0;
        _stackUnchecked = false;
        _masked = -1;
        _start = _cache.Next;
        _emit.Begin(_start);
        _registers = single ? RegisterMap.Canonical : ChooseRegisters(ref count);
        _map.Add(default);
        _emit.Lea64(HostRegister.State, Operand.At(HostRegister.State, 8));
        _emit.Load64(HostRegister.Window, Operand.Slot(CpuState.WindowBaseOffset));
        EmitSwaps();
        var block = new Block { Start = _start, Guest = guest, Unit = _unit, Registers = _registers, BodyStart = _emit.Address };
        bool ended = false;
        for (_current = 0; _current < count; _current++)
        {
            ref readonly Instruction instruction = ref _instructions[_current];
            // Only where no adjustment is pending can other jumps enter.
            if (_stackDelta is > 2048 or < -2048 || (_stackDelta != 0 && _isTarget[_current]))
            {
                // The instruction before has taken effect: a signal at the adjustment must not run it again.
                Mark(MapFlags.None);
                FlushStack();
            }

            Mark(MapFlags.Start);
            BeginMasks();
            ended = EmitInstruction(instruction);
            EndMasks();
        }

        ulong end = _instructions[count - 1].NextIP;
        if (!ended)
        {
            _current = count - 1;
            // Before and after the adjustment: the last instruction has taken effect, and must not run again.
            MarkAt(end, MapFlags.None);
            FlushStack();
            MarkAt(end, MapFlags.None);
            EmitLinkJump(end);
        }

        block.GuestEnd = end;
        block.RestoreStart = _emit.Address;
        EmitIndirectCallTails();
        EmitRestores();
        block.HostEnd = _emit.Address;
        EmitExitStubs(block);
        block.Map = _map.ToArray();
        block.ReturnSites = _returnSites.ToArray();
        _cache.Add(block);
        TranslationCounters counters = _cache.Counters;
        counters.Blocks++;
        counters.Instructions += count;
        counters.GuestBytes += (long)(end - guest);
        counters.HostBytes += block.HostEnd - block.Host;
        block.IsDead = single;
        return block;
    }

    /// <summary>Writes the stubs of the exits, which ask for a translation of their targets.</summary>
    private void EmitExitStubs(Block block)
    {
        for (int i = 0; i < _exits.Count; i++)
        {
            (nint site, ulong target, bool isCall) = _exits[i];
            int index = _cache.AddLink(new LinkInfo { Site = site, Target = target, Next = -1, Owner = block, IsCall = isCall });
            if (i == 0)
                block.FirstLink = index;
            nint stub = _cache.StubAddress(index);
            _cache.Link(index).Stub = stub;
            _emit.Begin(stub);
            if (isCall)
                _emit.Lea64(HostRegister.State, Operand.At(HostRegister.State, 8));
            _emit.StoreImmediate32(Operand.Slot(CpuState.LinkOffset), index);
            _emit.Jump(_stubs.ExitLink);
            CodeCache.Patch(site, stub);
        }
    }

    /// <summary>The targets of host calls through a register: they take the return address off and jump.</summary>
    private void EmitIndirectCallTails()
    {
        foreach (nint site in _indirectCalls)
        {
            CodeCache.Patch(site, _emit.Address);
            _emit.Lea64(HostRegister.State, Operand.At(HostRegister.State, 8));
            _emit.JumpRegister(HostRegister.Window);
        }
    }

    /// <summary>Says how the guest's state is found in the host code from here on.</summary>
    private void Mark(MapFlags flags) => MarkAt(_instructions[_current].IP, flags);

    private void MarkAt(ulong guest, MapFlags flags) => _map.Add(new MapEntry
    {
        Host = (ushort)(_emit.Address - _start),
        Guest = (ushort)(guest - _guest),
        StackDelta = (short)(_stackDelta - _unpopped),
        Flags = flags | BorrowFlags,
        Borrowed = (ushort)(_borrowed[0] | (_borrowed[1] << 4) | (_borrowed[2] << 8) | (_borrowed[3] << 12)),
    });

    /// <summary>Applies pending pushes and pops, and truncates the stack pointer to the window.</summary>
    private void FlushStack()
    {
        bool truncates = _stackUnchecked;
        _stackUnchecked = false;
        if (TryMoveStack())
        {
            // What is pending is done: a task that is pre-empted before the truncation must not do it again.
            Mark(MapFlags.None);
            truncates &= !_small;
        }

        if (!truncates)
            return;
        if (_small)
            _emit.Move32(HostRegister.Stack, HostRegister.Stack);
        else
            _emit.Pext64(HostRegister.Stack, Operand.Slot(CpuState.MaskOffset));
    }

    // False: nothing is pending. Who calls it marks the place behind.
    private bool TryMoveStack()
    {
        if (_stackDelta == 0)
            return false;
        var operand = Operand.At(HostRegister.Stack, _stackDelta);
        if (_small)
            _emit.Lea32(HostRegister.Stack, operand);
        else
            _emit.Lea64(HostRegister.Stack, operand);
        _stackDelta = 0;
        return true;
    }

    /// <summary>The guest's stack at an offset from its rsp, for accesses that are near enough to be caught by the guards.</summary>
    private Operand StackOperand(int displacement)
    {
        _stackUnchecked = false;
        return new Operand(HostRegister.Stack, HostRegister.Window, 1, displacement + _stackDelta);
    }

    private void EmitLinkJump(ulong target)
    {
        _emit.AlignPatchSite(1);
        _emit.Byte(0xE9);
        AddExit(target);
    }

    private void AddExit(ulong target, bool isCall = false)
    {
        _exits.Add((_emit.Address, _small ? (uint)target : target, isCall));
        _emit.Int32(0);
    }
}
