using Iced.Intel;

namespace Zonix.Machine;

/// <summary>
/// In large windows an address is masked in the temporary register. Instructions that follow and use the same register find
/// it there. They depend on what ran before them, so nothing may enter the block at them (docs/adr/0008).
/// </summary>
internal sealed unsafe partial class BlockTranslator
{
    // The guest register whose masked value the temporary register holds; -1 is none.
    private int _masked = -1;

    // What the current instruction leaves of that.
    private int _maskedBehind = -1;

    // What it holds after the operand of the current instruction was computed.
    private int _held = -1;

    // The current instruction has computed it anew.
    private bool _computed;

    // Index in the map of the first entry behind the computation.
    private int _firstDependent;

    // Index in the map of the current instruction's first entry.
    private int _startEntry;

    private void BeginMasks()
    {
        // A call must stay an entry: there is to be one translation of each.
        if (_isTarget[_current] || _instructions[_current].FlowControl is FlowControl.Call or FlowControl.IndirectCall)
            _masked = -1;
        _maskedBehind = -1;
        _startEntry = _map.Count - 1;
    }

    private void EndMasks()
    {
        if (_maskedBehind != _masked || _computed)
            _firstDependent = _map.Count;
        _computed = false;
        _masked = _maskedBehind;
    }

    /// <summary>Whether the temporary register holds the masked value of a register, which the current instruction then relies on.</summary>
    private bool FindMasked(int register)
    {
        if (register < 0 || register != _masked)
            return false;
        // Nor may anything enter between the computation and here.
        for (int i = _firstDependent; i <= _startEntry; i++)
        {
            MapEntry entry = _map[i];
            entry.Flags &= ~MapFlags.Start;
            _map[i] = entry;
        }

        return true;
    }

    /// <summary>The current instruction leaves the temporary register alone: what it holds stays valid unless the register changes.</summary>
    private void KeepMasked(in Instruction instruction, int register)
    {
        if (register < 0)
            return;
        foreach (UsedRegister used in _info.GetInfo(instruction).GetUsedRegisters())
        {
            if (used.Access is not (OpAccess.Read or OpAccess.CondRead) && used.Register.IsGPR() && Number(used.Register) == register)
                return;
        }

        _maskedBehind = register;
    }
}
