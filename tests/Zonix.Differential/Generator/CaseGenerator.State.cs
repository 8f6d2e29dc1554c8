using System.Buffers.Binary;

namespace Zonix.Differential;

/// <summary>The registers that a case starts with.</summary>
public sealed unsafe partial class CaseGenerator
{
    private static readonly int[] s_favourites = [13, 14, 15, 13, 14, 15, 0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12];

    private void MakeState()
    {
        AssignRoles();
        ref MachineState state = ref _case.Initial;
        for (int i = 0; i < 16; i++)
            state.General[i] = _value[i];
        state.Flags = 0x202 | (_random.Next() & 0x8D5) | (_random.Percent(5) ? 0x400u : 0);
        state.FsBase = _fsBase = DirectPointer() + Bias();
        state.GsBase = _gsBase = DirectPointer() + Bias();
        fixed (MachineState* at = &state)
        {
            MakeFpu(new Span<byte>(at->Fpu, 160));
            MakeVectors(new Span<byte>(at->Vectors, 32 * MachineState.VectorSize));
            for (int i = 0; i < 8; i++)
                at->Opmasks[i] = _random.Percent(20) ? ulong.MaxValue : _random.Percent(20) ? _random.Next() & _random.Next() : InterestingValues.Word(_random);
        }

        if (System.Runtime.Intrinsics.X86.Avx512F.IsSupported)
            return;
        new Span<ulong>(System.Runtime.CompilerServices.Unsafe.AsPointer(ref state.Opmasks[0]), 8).Clear();
    }

    private void AssignRoles()
    {
        _plain = 0xFFFF & ~(1 << Rsp);
        _pointers = 1 << Rsp;
        _indices = 0;
        _unaligned = 0;
        for (int i = 0; i < 16; i++)
            _value[i] = InterestingValues.Word(_random);
        _value[Rsp] = Layout.Stack + 0xC00 + (ulong)(_random.Below(0x80) * 8);
        if (_random.Percent(40))
        {
            // As programs use them: strings through rsi and rdi, counts in rcx.
            AssignPointer(Rsi, isDirect: true);
            AssignPointer(Rdi, isDirect: true);
        }

        int pointers = _random.Between(2, 4);
        for (int i = 0; i < pointers; i++)
            AssignPointer(TakePlain(), isDirect: false);
        for (int i = 0; i < 2; i++)
        {
            int index = TakePlain();
            _indices |= 1 << index;
            _value[index] = _random.Percent(20) ? unchecked((ulong)-_random.Between(1, 64)) : (ulong)_random.Below(256);
        }

        _wild = _mayFault && _random.Percent(50) ? TakePlain() : -1;
        if (_wild >= 0)
            _value[_wild] = WildAddress();
        _narrow = _random.Percent(30) ? TakePlain() : -1;
        if (_narrow >= 0)
            _value[_narrow] = DirectPointer() | (_random.Next() << 32);
        _indexVector = _random.Below(32);
    }

    /// <summary>A register that was plain so far; r13-r15 more often, which the translator treats in a way of their own.</summary>
    private int TakePlain()
    {
        int register;
        do
            register = _random.Of(s_favourites);
        while ((_plain & (1 << register)) == 0);
        _plain &= ~(1 << register);
        return register;
    }

    private void AssignPointer(int register, bool isDirect)
    {
        _plain &= ~(1 << register);
        _pointers |= 1 << register;
        _value[register] = DirectPointer() + (isDirect ? 0 : Bias());
    }

    private ulong DirectPointer() => _random.Below(8) switch
    {
        0 => Layout.Stack + 0x400 + (ulong)(_random.Below(0xC0) * 16),
        1 => Layout.HighData + 0x400 + (ulong)(_random.Below(0x60) * 16),
        _ => Layout.Data + 0x400 + (ulong)(_random.Below(0x200) * 16),
    };

    // How far a pointer register is from what it is used for.
    private ulong Bias() => _random.Below(10) switch
    {
        < 5 => 0,
        5 => unchecked((ulong)(long)(_random.Below(256) - 128)),
        6 => unchecked((ulong)(long)(_random.Below(0x20000) - 0x10000)),
        _ => unchecked((ulong)(long)(_random.Below(0x70000000) - 0x38000000)),
    };

    /// <summary>An address that faults natively, and wraps to one that is not mapped either.</summary>
    private ulong WildAddress()
    {
        ulong low = 0x70000000 + (ulong)_random.Below(0x1000000);
        return _random.Below(6) switch
        {
            0 => low,
            1 => (ulong)_random.Below(0x10000),
            2 => 0xFFFF800000000000 | low,
            3 => 0x0000100000000000 | low,
            4 => low | (((_random.Next() & 0x7FFF) | 1) << 48),
            _ => 0x0000800000000000 | low,
        };
    }

    private void MakeFpu(Span<byte> fpu)
    {
        fpu.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(fpu, MakeControlWord(_random));
        bool isEmpty = _random.Percent(50);
        BinaryPrimitives.WriteUInt16LittleEndian(fpu[2..], (ushort)((isEmpty ? 0 : _random.Below(8)) << 11));
        fpu[4] = (byte)(isEmpty ? 0 : _random.Next());
        BinaryPrimitives.WriteUInt32LittleEndian(fpu[24..], MakeMxcsr(_random));
        BinaryPrimitives.WriteUInt32LittleEndian(fpu[28..], 0xFFFF);
        for (int i = 0; i < 8; i++)
            MakeExtended(fpu.Slice(32 + (i * 16), 10));
    }

    private void MakeExtended(Span<byte> to)
    {
        ulong mantissa = _random.Next() | (1UL << 63);
        ushort exponent = (ushort)(0x3FFF + _random.Between(-40, 40));
        switch (_random.Below(12))
        {
            case 0:
                (mantissa, exponent) = (0, 0);
                break;
            case 1:
                (mantissa, exponent) = (1UL << 63, 0x7FFF);
                break;
            case 2:
                exponent = 0x7FFF;
                break;
            case 3:
                (mantissa, exponent) = (mantissa >> 1, 0);
                break;
            case 4:
                mantissa = 1UL << 63;
                break;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(to, mantissa);
        BinaryPrimitives.WriteUInt16LittleEndian(to[8..], (ushort)(exponent | (_random.Percent(50) ? 0x8000 : 0)));
    }

    private void MakeVectors(Span<byte> vectors)
    {
        InterestingValues.Fill(_random, vectors);
        Span<byte> index = vectors.Slice(_indexVector * MachineState.VectorSize, MachineState.VectorSize);
        bool isNegative = _random.Percent(15);
        for (int i = 0; i < 8; i++)
        {
            long element = _random.Below(100);
            BinaryPrimitives.WriteInt64LittleEndian(index[(i * 8)..], isNegative ? -element : element);
        }

        int width = System.Runtime.Intrinsics.X86.Avx512F.IsSupported ? 64 : System.Runtime.Intrinsics.X86.Avx.IsSupported ? 32 : 16;
        for (int i = 0; i < 32 && width < 64; i++)
            vectors[((i * MachineState.VectorSize) + (i < 16 ? width : 0))..((i + 1) * MachineState.VectorSize)].Clear();
    }
}
