using System.Text;
using Iced.Intel;

namespace Zonix.Differential;

/// <summary>A difference in words.</summary>
public static unsafe class DifferenceReport
{
    private static readonly string[] s_names =
        ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"];

    public static string Describe(IRunner runner, ulong batchSeed, TestCase test, BatchResult native, BatchResult other)
    {
        var text = new StringBuilder();
        text.AppendLine($"DIFFERENCE in {runner.Name}: --batch {batchSeed} --case {test.Slot}");
        MachineState initial = test.Initial;
        for (int i = 0; i < 16; i++)
            text.Append($"{s_names[i],4} {initial.General[i]:x16}{(i % 4 == 3 ? "\n" : "")}");
        text.AppendLine($"  fs {initial.FsBase:x} gs {initial.GsBase:x} flags {initial.Flags:x} mxcsr {initial.Mxcsr:x}");
        Disassemble(text, test, native.States[0].Rip);
        text.AppendLine($"native: signal {native.States[0].Signal} trap {native.States[0].Trap} rip {native.States[0].Rip:x} address {native.States[0].Address:x} error {native.States[0].Error:x}");
        foreach (string line in Comparison.Differences(test, native.States[0], other.States[0], runner))
            text.AppendLine("  " + line);
        DescribeMemory(text, native.Memory, other.Memory);
        return text.ToString();
    }

    public static void Disassemble(StringBuilder text, TestCase test, ulong rip)
    {
        var formatter = new NasmFormatter();
        var output = new StringOutput();
        foreach (TestCase.Mark mark in test.Marks)
        {
            byte[] bytes = test.Code[mark.Offset..(mark.Offset + mark.Length)];
            if (!bytes.AsSpan().ContainsAnyExcept((byte)0x90))
                continue;
            var decoder = Iced.Intel.Decoder.Create(test.Bitness, bytes);
            decoder.IP = test.CodeAddress + (ulong)mark.Offset;
            decoder.Decode(out Instruction instruction);
            formatter.Format(instruction, output);
            text.AppendLine($"{(decoder.IP - (ulong)bytes.Length == rip ? "=>" : "  ")} {instruction.IP:x}  {Convert.ToHexStringLower(bytes),-30} {output.ToStringAndReset()}");
        }
    }

    private static void DescribeMemory(StringBuilder text, byte[] native, byte[] other)
    {
        if (native.Length == 0 || native.Length != other.Length)
            return;
        int shown = 0, offset = 0;
        foreach ((ulong start, int size) in Layout.Areas)
        {
            for (int i = 0; i < size && offset + i < native.Length; i += 8)
            {
                ReadOnlySpan<byte> left = native.AsSpan(offset + i, 8), right = other.AsSpan(offset + i, 8);
                if (!left.SequenceEqual(right) && shown++ < 8)
                    text.AppendLine($"  [{start + (ulong)i:x}] native {Comparison.Hex(left)}  zonix {Comparison.Hex(right)}");
            }

            offset += size;
        }
    }
}
