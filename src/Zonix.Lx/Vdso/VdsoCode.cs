using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Zonix.Lx.Vdso;

/// <summary>
/// The vDSO's machine code. Leaf functions that touch no stack, so that one rule unwinds all of them. vdso(7).
/// </summary>
internal sealed class VdsoCode
{
    private const int NsPerSecond = 1_000_000_000;
    private const int SysGettimeofday = 96;
    private const int SysTime = 201;
    private const int SysClockGettime = 228;
    private const int SysClockGetres = 229;

    private readonly Assembler _assembler = new(64);
    private readonly ulong _data;
    private readonly List<(string Name, Label Start)> _functions = [];

    private VdsoCode(ulong data) => _data = data;

    /// <summary>Assembles the code for a start address and the address of the data page, both relative to the image.</summary>
    internal static (byte[] Code, VdsoFunction[] Functions) Assemble(ulong start, ulong data)
    {
        var code = new VdsoCode(data);
        code.ClockGettime();
        code.Gettimeofday();
        code.Time();
        code.ClockGetres();
        code.Getcpu();
        return code.Finish(start);
    }

    private void Begin(string name)
    {
        Assembler c = _assembler;
        Label start = c.CreateLabel(name);
        c.Label(ref start);
        c.endbr64();
        _functions.Add((name, start));
    }

    private void ClockGettime()
    {
        Assembler c = _assembler;
        Label fallback = c.CreateLabel();
        Begin("__vdso_clock_gettime");
        c.cmp(edi, VdsoData.LastClock);
        c.ja(fallback);
        c.mov(eax, (int)VdsoData.Clocks);
        c.bt(eax, edi);
        c.jnc(fallback);
        ReadClock(fallback, () =>
        {
            OnData(Code.Lea_r64_m, Register.RDX, VdsoData.ClockOffsetsOffset);
            c.mov(ecx, edi);
            c.add(rax, __[rdx + rcx * 8]);
        });
        c.xor(edx, edx);
        c.mov(ecx, NsPerSecond);
        c.div(rcx);
        c.mov(__[rsi], rax);
        c.mov(__[rsi + 8], rdx);
        c.xor(eax, eax);
        c.ret();
        Fallback(fallback, SysClockGettime);
    }

    private void Gettimeofday()
    {
        Assembler c = _assembler;
        Label fallback = c.CreateLabel();
        Label done = c.CreateLabel();
        Begin("__vdso_gettimeofday");
        c.test(rsi, rsi); // the time zone is rarely asked for: the kernel knows it
        c.jnz(fallback);
        c.test(rdi, rdi);
        c.jz(done);
        ReadClock(fallback, () => OnData(Code.Add_r64_rm64, Register.RAX, VdsoData.ClockOffsetsOffset));
        c.xor(edx, edx);
        c.mov(ecx, 1000);
        c.div(rcx);
        c.xor(edx, edx);
        c.mov(ecx, 1_000_000);
        c.div(rcx);
        c.mov(__[rdi], rax);
        c.mov(__[rdi + 8], rdx);
        c.Label(ref done);
        c.xor(eax, eax);
        c.ret();
        Fallback(fallback, SysGettimeofday);
    }

    private void Time()
    {
        Assembler c = _assembler;
        Label fallback = c.CreateLabel();
        Label done = c.CreateLabel();
        Begin("__vdso_time");
        ReadClock(fallback, () => OnData(Code.Add_r64_rm64, Register.RAX, VdsoData.ClockOffsetsOffset));
        c.xor(edx, edx);
        c.mov(ecx, NsPerSecond);
        c.div(rcx);
        c.test(rdi, rdi);
        c.jz(done);
        c.mov(__[rdi], rax);
        c.Label(ref done);
        c.ret();
        Fallback(fallback, SysTime);
    }

    private void ClockGetres()
    {
        Assembler c = _assembler;
        Label fallback = c.CreateLabel();
        Label done = c.CreateLabel();
        Begin("__vdso_clock_getres");

        // The coarse clocks tick with the kernel: it answers for them.
        c.cmp(edi, VdsoData.LastClock);
        c.ja(fallback);
        c.mov(eax, (int)(VdsoData.Clocks & ~(1u << 5 | 1u << 6)));
        c.bt(eax, edi);
        c.jnc(fallback);
        c.test(rsi, rsi);
        c.jz(done);
        c.mov(__qword_ptr[rsi], 0);
        c.mov(__qword_ptr[rsi + 8], 1);
        c.Label(ref done);
        c.xor(eax, eax);
        c.ret();
        Fallback(fallback, SysClockGetres);
    }

    private void Getcpu()
    {
        Assembler c = _assembler;
        Label noCpu = c.CreateLabel();
        Label noNode = c.CreateLabel();
        Begin("__vdso_getcpu");
        c.rdtscp(); // ecx: IA32_TSC_AUX, node << 12 | cpu
        c.test(rdi, rdi);
        c.jz(noCpu);
        c.mov(eax, ecx);
        c.and(eax, 0xFFF);
        c.mov(__[rdi], eax);
        c.Label(ref noCpu);
        c.test(rsi, rsi);
        c.jz(noNode);
        c.shr(ecx, 12);
        c.mov(__[rsi], ecx);
        c.Label(ref noNode);
        c.xor(eax, eax);
        c.ret();
    }

    /// <summary>
    /// Leaves a clock in rax: CLOCK_MONOTONIC plus what <paramref name="adjust"/> adds, all read under the sequence number.
    /// Changes rcx, rdx, r8.
    /// </summary>
    private void ReadClock(Label fallback, Action adjust)
    {
        Assembler c = _assembler;
        Label retry = c.CreateLabel();
        Label stable = c.CreateLabel();
        Label forward = c.CreateLabel();
        c.Label(ref retry);
        OnData(Code.Mov_r32_rm32, Register.R8D, VdsoData.SequenceOffset);
        c.test(r8b, 1);
        c.jz(stable);
        c.pause();
        c.jmp(retry);
        c.Label(ref stable);
        c.AddInstruction(Instruction.Create(Code.Cmp_rm32_imm8, Data(VdsoData.ModeOffset), 1));
        c.jne(fallback);
        c.lfence();
        c.rdtsc();
        c.shl(rdx, 32);
        c.or(rax, rdx);
        OnData(Code.Sub_r64_rm64, Register.RAX, VdsoData.CycleBaseOffset);
        c.jae(forward);
        c.xor(eax, eax); // another CPU's counter may be a few cycles behind
        c.Label(ref forward);
        c.AddInstruction(Instruction.Create(Code.Mul_rm64, Data(VdsoData.NsPerCycleOffset)));
        c.shrd(rax, rdx, 32);
        OnData(Code.Add_r64_rm64, Register.RAX, VdsoData.MonotonicBaseOffset);
        adjust();
        OnData(Code.Cmp_r32_rm32, Register.R8D, VdsoData.SequenceOffset);
        c.jne(retry);
    }

    private void Fallback(Label label, int call)
    {
        Assembler c = _assembler;
        c.Label(ref label);
        c.mov(eax, call);
        c.syscall();
        c.ret();
    }

    /// <summary>An instruction with a register and a field of the data page.</summary>
    private void OnData(Code code, Register register, int offset) =>
        _assembler.AddInstruction(Instruction.Create(code, register, Data(offset)));

    private MemoryOperand Data(int offset) => new(Register.RIP, (long)_data + offset, 8);

    private (byte[] Code, VdsoFunction[] Functions) Finish(ulong start)
    {
        using var stream = new MemoryStream();
        AssemblerResult result = _assembler.Assemble(new StreamCodeWriter(stream), start, BlockEncoderOptions.ReturnNewInstructionOffsets);
        byte[] code = stream.ToArray();
        var functions = new VdsoFunction[_functions.Count];
        int end = code.Length;
        for (int i = functions.Length - 1; i >= 0; i--)
        {
            int offset = (int)(result.GetLabelRIP(_functions[i].Start) - start);
            functions[i] = new VdsoFunction(_functions[i].Name, offset, end - offset);
            end = offset;
        }

        return (code, functions);
    }
}
