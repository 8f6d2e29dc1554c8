using Iced.Intel;

namespace Zonix.Differential;

/// <summary>
/// Cases that nothing is known of: random bytes, and instructions with any register as an operand. They wrap around in the
/// window and end anywhere, so there is nothing to compare; but whatever a guest executes, the machine must survive it.
/// </summary>
public sealed partial class CaseGenerator
{
    public TestCase GenerateChaos(ulong seed, int slot, byte[] memory)
    {
        Begin(seed, slot, memory);
        _plain = _pointers = _indices = 0xFFFF;
        _unaligned = 0;
        _wild = -1;
        _checksAlignment = true;
        for (int i = _random.Between(5, 40); i > 0 && _code.Length < Layout.MaxCode - 200; i--)
        {
            switch (_random.Below(10))
            {
                case 0:
                    for (int j = _random.Below(30); j > 0; j--)
                        _code.WriteByte((byte)_random.Next());
                    break;
                case 1:
                    Scramble(_table.Unsupported);
                    break;
                case 2:
                    Scramble(_table.Privileged);
                    break;
                default:
                    Scramble(_random.Percent(50) ? _table.Common : _table.General);
                    break;
            }
        }

        return End();
    }

    /// <summary>An instruction with some of its bits turned over.</summary>
    private void Scramble(List<InstructionForm> forms)
    {
        int start = _code.Length;
        _indexVector = _random.Below(32);
        EmitGeneral(_random.Of(forms));
        if (_code.Length > start && _random.Percent(50))
            _code[start.._code.Length][_random.Below(_code.Length - start)] ^= (byte)(1 << _random.Below(8));
    }
}
