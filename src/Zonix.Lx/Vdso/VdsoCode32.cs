using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Zonix.Lx.Vdso;

/// <summary>
/// The clocks of the vDSO of i386 programs: what <see cref="VdsoCode"/> does for x86-64. Arguments lie on the stack. The image is one
/// page, and its data the page before: code finds them by its own address.
/// </summary>
internal sealed class VdsoCode32
{
    private const int NsPerSecond = 1_000_000_000;
    private const int SysTime = 13, SysGettimeofday = 78, SysClockGettime = 265, SysClockGetres = 266, SysClockGettime64 = 403;

    /// <summary>What the pushes of <see cref="ReadClock"/> take.</summary>
    private const int Saved = 16;

    private readonly Assembler _assembler = new(32);
    private readonly List<(string Name, Label Start)> _functions = [];

    private VdsoCode32()
    {
    }

    /// <summary>The code; it may lie anywhere within the image.</summary>
    internal static (byte[] Code, VdsoFunction[] Functions) Assemble()
    {
        var code = new VdsoCode32();
        code.ClockGettime("__vdso_clock_gettime", SysClockGettime, isWide: false);
        code.ClockGettime("__vdso_clock_gettime64", SysClockGettime64, isWide: true);
        code.Gettimeofday();
        code.Time();
        code.ClockGetres();
        code.Getcpu();
        return code.Finish();
    }

    private void Begin(string name)
    {
        Label start = _assembler.CreateLabel(name);
        _assembler.Label(ref start);
        _functions.Add((name, start));
    }

    private void ClockGettime(string name, int call, bool isWide)
    {
        Assembler c = _assembler;
        Label ask = c.CreateLabel(), restore = c.CreateLabel();
        Begin(name);
        CheckClock(VdsoData.Clocks, ask);
        ReadClock(restore, () => c.mov(edi, __dword_ptr[esp + Saved + 4]));
        c.mov(ecx, NsPerSecond);
        c.div(ecx);
        c.mov(ecx, __dword_ptr[esp + Saved + 8]);
        c.mov(__dword_ptr[ecx], eax);
        c.mov(__dword_ptr[ecx + (isWide ? 8 : 4)], edx);
        if (isWide)
        {
            c.mov(__dword_ptr[ecx + 4], 0);
            c.mov(__dword_ptr[ecx + 12], 0);
        }

        c.xor(eax, eax);
        Return();
        Ask(restore, ask, call);
    }

    private void Gettimeofday()
    {
        Assembler c = _assembler;
        Label ask = c.CreateLabel(), restore = c.CreateLabel(), done = c.CreateLabel();
        Begin("__vdso_gettimeofday");
        c.xor(eax, eax);
        c.cmp(__dword_ptr[esp + 8], eax); // the time zone is rarely asked for: the kernel knows it
        c.jne(ask);
        c.cmp(__dword_ptr[esp + 4], eax);
        c.je(done);
        ReadClock(restore, () => c.xor(edi, edi));
        c.mov(ecx, NsPerSecond);
        c.div(ecx);
        c.mov(edi, __dword_ptr[esp + Saved + 4]);
        c.mov(__dword_ptr[edi], eax);
        c.mov(eax, edx);
        c.xor(edx, edx);
        c.mov(ecx, 1000);
        c.div(ecx);
        c.mov(__dword_ptr[edi + 4], eax);
        c.xor(eax, eax);
        Return();
        c.Label(ref done);
        c.ret();
        Ask(restore, ask, SysGettimeofday);
    }

    private void Time()
    {
        Assembler c = _assembler;
        Label ask = c.CreateLabel(), restore = c.CreateLabel(), done = c.CreateLabel();
        Begin("__vdso_time");
        ReadClock(restore, () => c.xor(edi, edi));
        c.mov(ecx, NsPerSecond);
        c.div(ecx);
        c.mov(ecx, __dword_ptr[esp + Saved + 4]);
        c.test(ecx, ecx);
        c.jz(done);
        c.mov(__dword_ptr[ecx], eax);
        c.Label(ref done);
        Return();
        Ask(restore, ask, SysTime);
    }

    private void ClockGetres()
    {
        Assembler c = _assembler;
        Label ask = c.CreateLabel(), restore = c.CreateLabel(), done = c.CreateLabel();
        Begin("__vdso_clock_getres");

        // The coarse clocks tick with the kernel: it answers for them.
        CheckClock(VdsoData.Clocks & ~(1u << 5 | 1u << 6), ask);
        c.xor(eax, eax);
        c.mov(ecx, __dword_ptr[esp + 8]);
        c.test(ecx, ecx);
        c.jz(done);
        c.mov(__dword_ptr[ecx], eax);
        c.mov(__dword_ptr[ecx + 4], 1);
        c.Label(ref done);
        c.ret();
        Ask(restore, ask, SysClockGetres);
    }

    private void Getcpu()
    {
        Assembler c = _assembler;
        Label noCpu = c.CreateLabel(), noNode = c.CreateLabel();
        Begin("__vdso_getcpu");
        c.rdtscp(); // ecx: IA32_TSC_AUX, node << 12 | cpu
        c.mov(edx, __dword_ptr[esp + 4]);
        c.test(edx, edx);
        c.jz(noCpu);
        c.mov(eax, ecx);
        c.and(eax, 0xFFF);
        c.mov(__dword_ptr[edx], eax);
        c.Label(ref noCpu);
        c.mov(edx, __dword_ptr[esp + 8]);
        c.test(edx, edx);
        c.jz(noNode);
        c.shr(ecx, 12);
        c.mov(__dword_ptr[edx], ecx);
        c.Label(ref noNode);
        c.xor(eax, eax);
        c.ret();
    }

    /// <summary>Goes to the kernel unless the first argument is one of these clocks.</summary>
    private void CheckClock(uint clocks, Label ask)
    {
        Assembler c = _assembler;
        c.mov(ecx, __dword_ptr[esp + 4]);
        c.cmp(ecx, VdsoData.LastClock);
        c.ja(ask);
        c.mov(eax, (int)clocks);
        c.bt(eax, ecx);
        c.jnc(ask);
    }

    /// <summary>
    /// Leaves a clock, whose number <paramref name="choose"/> brings to edi, in edx:eax, all read under the sequence number. Saves four
    /// registers on the stack. A counter below 1 GHz, whose cycles take more than a nanosecond, is left to the kernel.
    /// </summary>
    private void ReadClock(Label restore, Action choose)
    {
        Assembler c = _assembler;
        Label here = c.CreateLabel(), retry = c.CreateLabel(), stable = c.CreateLabel(), forward = c.CreateLabel();
        c.push(ebx);
        c.push(esi);
        c.push(edi);
        c.push(ebp);
        choose();
        c.call(here);
        c.Label(ref here);
        c.pop(ebx);
        c.and(ebx, -VdsoImage.ImageSize);
        c.Label(ref retry);
        c.mov(esi, Data(VdsoData.SequenceOffset));
        c.test(esi, 1);
        c.jz(stable);
        c.pause();
        c.jmp(retry);
        c.Label(ref stable);
        c.cmp(Data(VdsoData.ModeOffset), 1);
        c.jne(restore);
        c.cmp(Data(VdsoData.NsPerCycleOffset + 4), 0);
        c.jne(restore);
        c.lfence();
        c.rdtsc();
        c.sub(eax, Data(VdsoData.CycleBaseOffset));
        c.sbb(edx, Data(VdsoData.CycleBaseOffset + 4));
        c.jae(forward);
        c.xor(eax, eax); // another CPU's counter may be a few cycles behind
        c.xor(edx, edx);
        c.Label(ref forward);
        c.mov(ecx, edx);
        c.mul(Data(VdsoData.NsPerCycleOffset));
        c.mov(ebp, edx);
        c.mov(eax, ecx);
        c.mul(Data(VdsoData.NsPerCycleOffset));
        c.add(eax, ebp);
        c.adc(edx, 0);
        c.add(eax, Data(VdsoData.MonotonicBaseOffset));
        c.adc(edx, Data(VdsoData.MonotonicBaseOffset + 4));
        c.add(eax, __dword_ptr[ebx + (edi * 8) + (VdsoData.ClockOffsetsOffset - VdsoImage.DataSize)]);
        c.adc(edx, __dword_ptr[ebx + (edi * 8) + (VdsoData.ClockOffsetsOffset + 4 - VdsoImage.DataSize)]);
        c.cmp(esi, Data(VdsoData.SequenceOffset));
        c.jne(retry);
    }

    private static AssemblerMemoryOperand Data(int offset) => __dword_ptr[ebx + (offset - VdsoImage.DataSize)];

    private void Return()
    {
        Restore();
        _assembler.ret();
    }

    private void Restore()
    {
        _assembler.pop(ebp);
        _assembler.pop(edi);
        _assembler.pop(esi);
        _assembler.pop(ebx);
    }

    private void Ask(Label restore, Label ask, int call)
    {
        Assembler c = _assembler;
        c.Label(ref restore);
        Restore();
        c.Label(ref ask);
        c.push(ebx);
        c.mov(ebx, __dword_ptr[esp + 8]);
        c.mov(ecx, __dword_ptr[esp + 12]);
        c.mov(eax, call);
        c.@int(0x80);
        c.pop(ebx);
        c.ret();
    }

    private (byte[] Code, VdsoFunction[] Functions) Finish()
    {
        using var stream = new MemoryStream();
        AssemblerResult result = _assembler.Assemble(new StreamCodeWriter(stream), 0, BlockEncoderOptions.ReturnNewInstructionOffsets);
        byte[] code = stream.ToArray();
        var functions = new VdsoFunction[_functions.Count];
        int end = code.Length;
        for (int i = functions.Length - 1; i >= 0; i--)
        {
            int offset = (int)result.GetLabelRIP(_functions[i].Start);
            functions[i] = new VdsoFunction(_functions[i].Name, offset, end - offset);
            end = offset;
        }

        return (code, functions);
    }
}
