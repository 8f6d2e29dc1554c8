using Iced.Intel;

namespace Zonix.Machine;

/// <summary>Blocks that are loops: other registers than usual live in slots there (docs/adr/0002).</summary>
internal sealed unsafe partial class BlockTranslator
{
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
}
