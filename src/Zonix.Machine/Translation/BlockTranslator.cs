using Iced.Intel;
using Zonix.Host.Memory;

namespace Zonix.Machine;

/// <summary>
/// Translates guest code, same ISA to same ISA. One instance per address space, used under the cache's lock. A block is a
/// run of consecutive instructions that ends at the first unconditional transfer; conditional exits leave from its middle.
/// </summary>
internal sealed unsafe partial class BlockTranslator
{
    private const int MaxInstructions = 64;
    private const int MaxBytes = 1024;

    private readonly CodeCache _cache;
    private readonly CodeSpace _space;
    private readonly MemoryWindow _window;
    private readonly bool _small;
    private readonly ProcessStubs _stubs = ProcessStubs.Shared;
    private readonly CodeEmitter _emit = new();
    private readonly byte[] _code = new byte[MaxBytes];
    private readonly SpanCodeReader _reader;
    private readonly Decoder _decoder;
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

    internal BlockTranslator(CodeCache cache, CodeSpace space, MemoryWindow window)
    {
        _cache = cache;
        _space = space;
        _window = window;
        _small = window.Kind == WindowKind.Small;
        _reader = new SpanCodeReader(_code);
        _decoder = Decoder.Create(64, _reader);
    }

    /// <summary>Translates the block at a guest address.</summary>
    /// <param name="guest">Address of its first instruction.</param>
    /// <param name="single">One instruction only, to be run once.</param>
    /// <returns>Null when the first instruction cannot be fetched.</returns>
    internal Block? Translate(ulong guest, bool single)
    {
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
                _space.Connect(_cache.AddLink(link with { Site = site, Stub = site + 4 + CodeCache.Displacement(site) }), inner, block);
            }

            nint entry = _space.FindEntry(_exits[i].Target, _exits[i].IsCall, out Block? owner);
            if (entry != 0)
                _space.Connect(block.FirstLink + i, entry, owner!);
        }
    }

    private int Fetch(ulong guest, bool watch)
    {
        if (!_window.IsExecutable(guest, out ulong end, out MemoryProtection protection))
            return 0;
        // Only the page that is watched may be read ahead.
        bool writable = (protection & MemoryProtection.Write) != 0;
        if (writable)
        {
            end = Math.Min(end, (guest | 4095) + 1);
            if (watch)
                _window.SetPageWritable(guest & ~4095UL, writable: false);
        }

        int wanted = (int)Math.Min(MaxBytes, end - guest);
        fixed (byte* to = _code)
            return (int)_window.CopyInUnresolved(guest, to, (nuint)wanted);
    }

    private bool FetchMore(ulong guest, ref int available, bool watch)
    {
        ulong next = guest + (ulong)available;
        if (available > 15 || (next & 4095) != 0 || !_window.IsExecutable(next, out _, out MemoryProtection protection))
            return false;
        if (watch && (protection & MemoryProtection.Write) != 0)
            _window.SetPageWritable(next, writable: false);
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
        _decoder.IP = guest;
        for (int i = 0; i < limit; i++)
        {
            ref Instruction instruction = ref _instructions[i];
            _decoder.Decode(out instruction);
            if (instruction.IsInvalid)
            {
                // An undefined instruction gets a block of its own, so that it faults only when it is reached.
                if (_decoder.LastError == DecoderError.NoMoreBytes || i > 0)
                    return i;
                return 1;
            }

            if (EndsBlock(instruction))
                return i + 1;
        }

        return limit;
    }

    /// <summary>
    /// A call that is translated in another block is jumped to: the table knows one host address for its return, and a
    /// second one would defeat the host's return predictor for good.
    /// </summary>
    private int EndBeforeKnownCall(int count)
    {
        for (int i = 1; i < count; i++)
        {
            ref readonly Instruction instruction = ref _instructions[i];
            if (instruction.FlowControl is FlowControl.Call or FlowControl.IndirectCall
                && _space.Lookup(instruction.NextIP) != 0 && _space.FindDirect(instruction.IP, out _) != 0)
            {
                return i;
            }
        }

        return count;
    }

    /// <summary>Marks the instructions that branches of the block itself lead to.</summary>
    private void FindTargets(int count)
    {
        _isTarget.AsSpan(0, count).Clear();
        ulong start = _instructions[0].IP, end = _instructions[count - 1].NextIP;
        for (int i = 0; i < count; i++)
        {
            ref readonly Instruction branch = ref _instructions[i];
            if (branch.FlowControl is not (FlowControl.ConditionalBranch or FlowControl.UnconditionalBranch)
                || branch.NearBranchTarget < start || branch.NearBranchTarget >= end)
            {
                continue;
            }

            int low = 0, high = count - 1;
            while (low < high)
            {
                int middle = (low + high) >> 1;
                if (_instructions[middle].IP < branch.NearBranchTarget)
                    low = middle + 1;
                else
                    high = middle;
            }

            _isTarget[low] |= _instructions[low].IP == branch.NearBranchTarget;
        }
    }

    private bool EndsBlock(in Instruction instruction) => instruction.FlowControl switch
    {
        FlowControl.Next => instruction.Mnemonic is Mnemonic.Cpuid or Mnemonic.Hlt || instruction.IsPrivileged || NeedsEmulation(instruction),
        FlowControl.ConditionalBranch => false,
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
        _stackDelta = 0;
        _stackUnchecked = false;
        _guest = guest;
        _start = _cache.Next;
        _emit.Begin(_start);
        _registers = single ? RegisterMap.Canonical : ChooseRegisters(ref count);
        _map.Add(default);
        _emit.Lea64(HostRegister.State, Operand.At(HostRegister.State, 8));
        _emit.Load64(HostRegister.Window, Operand.Slot(CpuState.WindowBaseOffset));
        EmitSwaps();
        var block = new Block { Start = _start, Guest = guest, Space = _space, Registers = _registers, BodyStart = _emit.Address };
        bool ended = false;
        for (_current = 0; _current < count; _current++)
        {
            ref readonly Instruction instruction = ref _instructions[_current];
            // Only where no adjustment is pending can other jumps enter.
            if (_stackDelta is > 2048 or < -2048 || (_stackDelta != 0 && _isTarget[_current]))
                FlushStack();
            Mark(MapFlags.Start);
            ended = EmitInstruction(instruction);
        }

        ulong end = _instructions[count - 1].NextIP;
        if (!ended)
        {
            _current = count - 1;
            MarkAt(end, MapFlags.None);
            FlushStack();
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

    /// <summary>Looks for a loop inside the block and gives its busiest registers a place in the host's.</summary>
    private RegisterMap ChooseRegisters(ref int count)
    {
        int firstCall = 0;
        while (firstCall < count && _instructions[firstCall].FlowControl is not (FlowControl.Call or FlowControl.IndirectCall))
            firstCall++;
        for (int last = firstCall - 1; last >= 0; last--)
        {
            ref readonly Instruction branch = ref _instructions[last];
            if (branch.FlowControl is not (FlowControl.ConditionalBranch or FlowControl.UnconditionalBranch) || branch.NearBranchTarget > branch.IP || branch.NearBranchTarget < _guest)
                continue;
            for (int first = 0; first <= last; first++)
            {
                if (_instructions[first].IP != branch.NearBranchTarget)
                    continue;
                RegisterMap map = RegisterMap.Choose(_instructions.AsSpan(0, Math.Min(firstCall + 1, count)), first, last);
                // A call needs the canonical map, and so does what follows it.
                if (!map.IsCanonical)
                    count = Math.Min(firstCall + 1, count);
                return map;
            }
        }

        return RegisterMap.Canonical;
    }

    private void EmitSwaps()
    {
        if (_registers.IsCanonical)
            return;
        _map.Add(new MapEntry { Host = CodeSpace.CallPrologue + CodeSpace.IndirectPrologue, Flags = MapFlags.Tail });
        for (int i = 0; i < _registers.Swaps.Length; i++)
        {
            (int guest, int victim) = _registers.Swaps[i];
            _emit.Store64(Operand.Slot(RegisterMap.AlternateSlot(i)), victim);
            _emit.Load64(victim, Operand.Slot(RegisterMap.Canonical.Slot(guest)));
        }
    }

    private void EmitSwapsBack()
    {
        for (int i = 0; i < _registers.Swaps.Length; i++)
        {
            (int guest, int victim) = _registers.Swaps[i];
            _emit.Store64(Operand.Slot(RegisterMap.Canonical.Slot(guest)), victim);
            _emit.Load64(victim, Operand.Slot(RegisterMap.AlternateSlot(i)));
        }
    }

    /// <summary>Restores the canonical register map at the end of a block that does not end with a linked jump.</summary>
    private void LeaveMap()
    {
        if (_registers.IsCanonical)
            return;
        Mark(MapFlags.Tail);
        EmitSwapsBack();
    }

    /// <summary>Gives every exit a way out that restores the canonical register map.</summary>
    private void EmitRestores()
    {
        _innerSites.Clear();
        if (_registers.IsCanonical)
            return;
        for (int i = 0; i < _exits.Count; i++)
        {
            (nint site, ulong target, bool isCall) = _exits[i];
            _innerSites.Add(site);
            CodeCache.Patch(site, _emit.Address);
            EmitSwapsBack();
            _emit.AlignPatchSite(1);
            _emit.Byte(0xE9);
            _exits[i] = (_emit.Address, target, isCall);
            _emit.Int32(0);
        }
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
        if (_small)
        {
            if (_stackDelta != 0 || _stackUnchecked)
            {
                if (_stackDelta != 0)
                    _emit.Lea32(HostRegister.Stack, Operand.At(HostRegister.Stack, _stackDelta));
                else
                    _emit.Move32(HostRegister.Stack, HostRegister.Stack);
            }
        }
        else
        {
            if (_stackDelta != 0)
                _emit.Lea64(HostRegister.Stack, Operand.At(HostRegister.Stack, _stackDelta));
            if (_stackUnchecked)
                _emit.Pext64(HostRegister.Stack, Operand.Slot(CpuState.MaskOffset));
        }

        _stackUnchecked = false;
        if (_stackDelta == 0)
            return;
        _stackDelta = 0;
        Mark(MapFlags.None);
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

    private void FindDeadFlags(int count)
    {
        const RflagsBits Arithmetic = RflagsBits.OF | RflagsBits.SF | RflagsBits.ZF | RflagsBits.AF | RflagsBits.CF | RflagsBits.PF;
        RflagsBits live = Arithmetic;
        for (int i = count - 1; i >= 0; i--)
        {
            ref readonly Instruction instruction = ref _instructions[i];
            if (instruction.FlowControl != FlowControl.Next)
                live = Arithmetic;
            else if (!MayKeepFlags(instruction))
                live &= ~instruction.RflagsModified;
            live |= instruction.RflagsRead & Arithmetic;
            _flagsDead[i] = live == RflagsBits.None;
        }
    }

    // A shift by a count of zero and a repeated string instruction with rcx = 0 leave the flags as they were.
    private static bool MayKeepFlags(in Instruction instruction) => instruction.IsStringInstruction || instruction.Mnemonic is
        Mnemonic.Shl or Mnemonic.Shr or Mnemonic.Sar or Mnemonic.Sal or Mnemonic.Rol or Mnemonic.Ror or Mnemonic.Rcl or Mnemonic.Rcr
        or Mnemonic.Shld or Mnemonic.Shrd;
}
