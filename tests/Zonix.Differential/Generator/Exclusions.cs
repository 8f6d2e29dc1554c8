using Iced.Intel;

namespace Zonix.Differential;

/// <summary>Instructions that are not compared, each with its reason; everything else is.</summary>
public static class Exclusions
{
    private const string Volatile = "its result differs from run to run";
    private const string Kernel = "it enters the kernel, or its effect depends on what the host's kernel set up";
    private const string Hidden = "cpuid does not show its feature to guests, although the CPU has it";
    private const string Mpx = "MPX: no current CPU has it, it decodes as a nop with operands that are not checked";
    private const string Tracking = "what it stores depends on which components the CPU believes to be in use";

    private static readonly Dictionary<Mnemonic, string> s_reasons = new()
    {
        [Mnemonic.Rdtsc] = Volatile,
        [Mnemonic.Rdtscp] = Volatile,
        [Mnemonic.Rdrand] = Volatile,
        [Mnemonic.Rdseed] = Volatile,
        [Mnemonic.Rdpid] = Volatile,
        [Mnemonic.Rdpmc] = Volatile,
        [Mnemonic.Rdpru] = Hidden,
        [Mnemonic.Cpuid] = "guests see a filtered CPU",
        [Mnemonic.Syscall] = Kernel,
        [Mnemonic.Sysenter] = Kernel,
        [Mnemonic.Sysexit] = Kernel,
        [Mnemonic.Sysret] = Kernel,
        [Mnemonic.Int1] = "a debug exception: its DR6 and RIP belong to debuggers",
        [Mnemonic.Sgdt] = "the host's kernel emulates it (UMIP)",
        [Mnemonic.Sidt] = "the host's kernel emulates it (UMIP)",
        [Mnemonic.Sldt] = "the host's kernel emulates it (UMIP)",
        [Mnemonic.Smsw] = "the host's kernel emulates it (UMIP)",
        [Mnemonic.Str] = "the host's kernel emulates it (UMIP)",
        [Mnemonic.Lss] = Kernel,
        [Mnemonic.Lfs] = Kernel,
        [Mnemonic.Lgs] = Kernel,
        [Mnemonic.Lar] = Kernel,
        [Mnemonic.Lsl] = Kernel,
        [Mnemonic.Verr] = Kernel,
        [Mnemonic.Verw] = Kernel,
        [Mnemonic.Iret] = Kernel,
        [Mnemonic.Iretd] = Kernel,
        [Mnemonic.Iretq] = Kernel,
        [Mnemonic.Retf] = Kernel,
        [Mnemonic.Uiret] = Hidden,
        [Mnemonic.Xsave] = Tracking,
        [Mnemonic.Xsave64] = Tracking,
        [Mnemonic.Xsavec] = Tracking,
        [Mnemonic.Xsavec64] = Tracking,
        [Mnemonic.Xsaveopt] = Tracking,
        [Mnemonic.Xsaveopt64] = Tracking,
        [Mnemonic.Xrstor] = Tracking,
        [Mnemonic.Xrstor64] = Tracking,
        [Mnemonic.Xgetbv] = Tracking,
        [Mnemonic.Clzero] = Hidden,
        [Mnemonic.Vmcall] = Hidden,
        [Mnemonic.Vmmcall] = Hidden,
        [Mnemonic.Vmfunc] = Hidden,
        [Mnemonic.Monitorx] = Hidden,
        [Mnemonic.Mwaitx] = Hidden,
        [Mnemonic.Monitor] = Hidden,
        [Mnemonic.Mwait] = Hidden,
        [Mnemonic.Umonitor] = Hidden,
        [Mnemonic.Umwait] = Hidden,
        [Mnemonic.Tpause] = Hidden,
        [Mnemonic.Movdir64b] = Hidden,
        [Mnemonic.Movdiri] = Hidden,
        [Mnemonic.Enqcmd] = Hidden,
        [Mnemonic.Rdpkru] = Hidden,
        [Mnemonic.Wrpkru] = Hidden,
        [Mnemonic.Rdsspd] = Hidden,
        [Mnemonic.Rdsspq] = Hidden,
        [Mnemonic.Xbegin] = Hidden,
        [Mnemonic.Xabort] = Hidden,
        [Mnemonic.Xend] = Hidden,
        [Mnemonic.Xtest] = Hidden,
        [Mnemonic.Llwpcb] = Hidden,
        [Mnemonic.Slwpcb] = Hidden,
        [Mnemonic.Lwpins] = Hidden,
        [Mnemonic.Lwpval] = Hidden,
        [Mnemonic.Bndmk] = Mpx,
        [Mnemonic.Bndcl] = Mpx,
        [Mnemonic.Bndcu] = Mpx,
        [Mnemonic.Bndcn] = Mpx,
        [Mnemonic.Bndmov] = Mpx,
        [Mnemonic.Bndldx] = Mpx,
        [Mnemonic.Bndstx] = Mpx,
    };

    /// <summary>Why a form is not compared; null when it is.</summary>
    public static string? Reason(Code code)
    {
        OpCodeInfo info = code.ToOpCode();
        if (!info.IsInstruction || !info.Mode64)
            return "no instruction of 64-bit mode";
        if (info.Encoding == EncodingKind.MVEX || info.DecoderOption != DecoderOptions.None)
            return "an instruction of processors that are long gone";
        if (!info.LongMode || (!info.IntelDecoder64 && !info.AmdDecoder64))
            return "no CPU decodes it in 64-bit mode";
        if (s_reasons.TryGetValue(code.Mnemonic(), out string? reason))
            return reason;
        for (int i = 0; i < info.OpCount; i++)
        {
            switch (info.GetOpKind(i))
            {
                case OpCodeOperandKind.seg_reg when i == 0:
                case OpCodeOperandKind.farbr2_2 or OpCodeOperandKind.farbr4_2:
                    return "loads of segment registers: " + Kernel;
                case OpCodeOperandKind.xbegin_2 or OpCodeOperandKind.xbegin_4:
                    return Hidden;
            }
        }

        return info.Op0Kind is OpCodeOperandKind.fs or OpCodeOperandKind.gs && code.Mnemonic() == Mnemonic.Pop
            ? "loads of segment registers: " + Kernel
            : code.Mnemonic() is Mnemonic.Jmp or Mnemonic.Call && code.ToString().Contains("_m16", StringComparison.Ordinal)
                ? "far transfers: " + Kernel
                : null;
    }
}
