using Iced.Intel;

namespace Zonix.Machine;

/// <summary>
/// Where the guest's registers live inside a block. Outside of blocks it is always <see cref="Canonical"/>: r9, r10 and
/// r11 in slots. A block that is a loop may have other registers in slots, which it uses less.
/// </summary>
internal sealed class RegisterMap
{
    // A swap costs two moves on the way in and two on every way out.
    private const int MinimumGain = 4;
    private const int GainPerSideExit = 3;

    private readonly sbyte[] _host = new sbyte[16];
    private readonly int[] _slot = new int[16];

    private RegisterMap()
    {
        for (int guest = 0; guest < 16; guest++)
        {
            _host[guest] = (sbyte)(HostRegister.IsSpilled(guest) ? -1 : guest == HostRegister.GuestStack ? HostRegister.Stack : guest);
            _slot[guest] = HostRegister.IsSpilled(guest) ? CpuState.R9Offset + ((guest - HostRegister.FirstSpilled) * 8) : 0;
        }
    }

    private RegisterMap(List<(int Guest, int Victim)> swaps)
        : this()
    {
        Swaps = [.. swaps];
        for (int i = 0; i < Swaps.Length; i++)
        {
            (int guest, int victim) = Swaps[i];
            _host[guest] = (sbyte)victim;
            _host[victim] = -1;
            _slot[victim] = AlternateSlot(i);
        }
    }

    /// <summary>The map that holds between blocks.</summary>
    internal static RegisterMap Canonical { get; } = new();

    /// <summary>Registers that live in the host register of a victim, which lives in a slot instead.</summary>
    internal (int Guest, int Victim)[] Swaps { get; } = [];

    internal bool IsCanonical => Swaps.Length == 0;

    /// <summary>Host register of a guest register; -1 when it lives in a slot or the number is none.</summary>
    internal int Host(int guest) => guest < 0 ? -1 : _host[guest];

    /// <summary>Whether a guest register lives in a slot.</summary>
    internal bool IsSpilled(int guest) => guest >= 0 && _host[guest] < 0;

    /// <summary>Whether a guest register does not live in the host register of the same name.</summary>
    internal bool IsSpecial(int guest) => guest >= 0 && _host[guest] != guest;

    /// <summary>Offset of a spilled register's slot.</summary>
    internal int Slot(int guest) => _slot[guest];

    /// <summary>Slot of the victim of a swap.</summary>
    internal static int AlternateSlot(int swap) => CpuState.AlternateSlotsOffset + (swap * 8);

    /// <summary>Chooses the map for a block by how often the instructions of its loop name each register.</summary>
    internal static RegisterMap Choose(ReadOnlySpan<Instruction> block, int first, int last)
    {
        Span<int> uses = stackalloc int[16];
        int pinned = 0, sideExits = 0;
        for (int i = 0; i < block.Length; i++)
        {
            if (i >= first && i <= last)
            {
                Count(block[i], uses);
                if (i < last && block[i].FlowControl == FlowControl.ConditionalBranch && (block[i].NearBranchTarget < block[first].IP || block[i].NearBranchTarget > block[last].IP))
                    sideExits++;
            }

            pinned |= ImplicitRegisters(block[i]);
        }

        int gain = MinimumGain + (sideExits * GainPerSideExit);
        if (uses[9] + uses[10] + uses[11] < gain)
            return Canonical;
        var swaps = new List<(int, int)>();
        for (int i = 0; i < 3; i++)
        {
            int hot = HostRegister.FirstSpilled, victim = -1;
            for (int guest = hot + 1; guest <= HostRegister.LastSpilled; guest++)
                hot = uses[guest] > uses[hot] ? guest : hot;
            foreach (byte candidate in Candidates)
            {
                if ((pinned & (1 << candidate)) == 0 && (victim < 0 || uses[candidate] < uses[victim]))
                    victim = candidate;
            }

            if (victim < 0 || uses[hot] < uses[victim] + gain)
                break;
            swaps.Add((hot, victim));
            uses[hot] = -1;
            pinned |= 1 << victim;
        }

        return swaps.Count == 0 ? Canonical : new RegisterMap(swaps);
    }

    // Those that few instructions use without naming them.
    private static ReadOnlySpan<byte> Candidates => [15, 14, 13, 12, 8, 5, 7, 6];

    private static void Count(in Instruction instruction, Span<int> uses)
    {
        for (int i = 0; i < instruction.OpCount; i++)
        {
            switch (instruction.GetOpKind(i))
            {
                case OpKind.Register:
                    Add(uses, BlockTranslator.Number(instruction.GetOpRegister(i)));
                    break;
                case OpKind.Memory:
                    Add(uses, BlockTranslator.Number(instruction.MemoryBase));
                    Add(uses, BlockTranslator.Number(instruction.MemoryIndex));
                    break;
            }
        }
    }

    private static void Add(Span<int> uses, int guest)
    {
        if (guest >= 0)
            uses[guest]++;
    }

    private static int ImplicitRegisters(in Instruction instruction)
    {
        const int Rbp = 1 << 5, Rsi = 1 << 6, Rdi = 1 << 7;
        if (instruction.IsStringInstruction || instruction.Mnemonic is Mnemonic.Maskmovq or Mnemonic.Maskmovdqu or Mnemonic.Vmaskmovdqu)
            return Rsi | Rdi;
        return instruction.Mnemonic is Mnemonic.Leave or Mnemonic.Enter ? Rbp : 0;
    }
}
