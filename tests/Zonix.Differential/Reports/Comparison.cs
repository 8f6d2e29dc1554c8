namespace Zonix.Differential;

/// <summary>Two results of one case.</summary>
public static unsafe class Comparison
{
    private const uint Breakpoint = 3, GeneralProtection = 13, PageFault = 14;

    // A page fault's error code: was it a write, was it a fetch.
    private const uint ComparedErrorBits = 0x12;

    private static readonly string[] s_names =
        ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"];

    /// <summary>What differs, one line each; empty when nothing does.</summary>
    public static List<string> Differences(TestCase test, in MachineState native, in MachineState other, IRunner runner)
    {
        List<string> lines = [];
        void Compare(string name, ulong a, ulong b)
        {
            if (a != b)
                lines.Add($"{name,-8} native {a:x16}  zonix {b:x16}");
        }

        bool isI386 = test.Bitness == 32;
        Compare("signal", (ulong)native.Signal, (ulong)other.Signal);
        Compare("trap", native.Trap, other.Trap);
        for (int i = 0; i < 16; i++)
            Compare(s_names[i], native.General[i], other.General[i]);
        Compare("rip", native.Rip, other.Rip);
        ulong flags = MachineState.ComparedFlags & ~test.UndefinedFlags(native.Rip, native.Trap == Breakpoint);
        if (native.Trap != Breakpoint && !runner.HasFaultFlags)
            flags &= ~MachineState.ArithmeticFlags;
        Compare("flags", native.Flags & flags, other.Flags & flags);
        if (!isI386)
        {
            Compare("fs base", native.FsBase, other.FsBase);
            Compare("gs base", native.GsBase, other.GsBase);
        }

        if (native.Trap == PageFault)
        {
            Compare("address", native.Address, other.Address);
            // Emulators read before they write.
            uint bits = isI386 ? native.Error & ComparedErrorBits : ComparedErrorBits;
            Compare("error", native.Error & bits, other.Error & bits);
        }
        else if (native.Trap == GeneralProtection && !isI386)
        {
            Compare("error", native.Error, other.Error);
        }

        if (runner.HasSignalDetails)
        {
            Compare("si_code", (uint)native.Code, (uint)other.Code);
            Compare("si_addr", native.Address, other.Address);
            Compare("err", native.Error, other.Error);
        }

        fixed (MachineState* a = &native, b = &other)
        {
            if (!isI386)
                CompareFpu(lines, a, b);
            for (int i = 0; i < 8; i++)
                Compare($"k{i}", a->Opmasks[i], b->Opmasks[i]);
            for (int i = 0; i < (isI386 ? 8 : 32); i++)
            {
                int at = i * MachineState.VectorSize, size = isI386 ? 16 : MachineState.VectorSize;
                ReadOnlySpan<byte> left = new(a->Vectors + at, size), right = new(b->Vectors + at, size);
                if (!left.SequenceEqual(right))
                    lines.Add($"zmm{i,-5} native {Hex(left)}\n         zonix  {Hex(right)}");
            }

            for (int i = 0; i < Layout.WritablePages; i++)
            {
                if (a->Pages[i] != b->Pages[i])
                    lines.Add($"memory page {i} differs");
            }
        }

        return lines;
    }

    private static void CompareFpu(List<string> lines, MachineState* a, MachineState* b)
    {
        // FOP, FIP and FDP are not compared: they name the last x87 instruction, which lies elsewhere in translated code.
        CompareBytes("fcw", 0, 2);
        CompareBytes("fsw", 2, 2);
        CompareBytes("ftw", 4, 1);
        CompareBytes("mxcsr", 24, 4);
        for (int i = 0; i < 8; i++)
            CompareBytes($"st{i}", 32 + (i * 16), 10);

        void CompareBytes(string name, int at, int count)
        {
            ReadOnlySpan<byte> left = new(a->Fpu + at, count), right = new(b->Fpu + at, count);
            if (!left.SequenceEqual(right))
                lines.Add($"{name,-8} native {Hex(left)}  zonix {Hex(right)}");
        }
    }

    /// <summary>Most significant byte first.</summary>
    internal static string Hex(ReadOnlySpan<byte> bytes)
    {
        byte[] reversed = bytes.ToArray();
        Array.Reverse(reversed);
        return Convert.ToHexStringLower(reversed);
    }
}
