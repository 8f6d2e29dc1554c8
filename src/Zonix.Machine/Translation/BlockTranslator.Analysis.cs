using Iced.Intel;

namespace Zonix.Machine;

/// <summary>What is found out about a block before it is emitted.</summary>
internal sealed unsafe partial class BlockTranslator
{
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
                && _unit.FindIndirect(instruction.NextIP) != 0 && _unit.FindDirect(instruction.IP, out _) != 0)
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
