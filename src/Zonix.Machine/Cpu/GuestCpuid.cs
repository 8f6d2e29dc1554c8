using System.Runtime.Intrinsics.X86;

namespace Zonix.Machine;

/// <summary>
/// The cpuid instruction as guests see it: the host's CPU without what needs a kernel's help or reaches the host (Intel SDM
/// volume 2, CPUID; AMD APM volume 3, appendix E).
/// </summary>
/// <remarks>
/// The host's answers are remembered: under a hypervisor each takes tens of microseconds, and every dynamically linked
/// program asks about thirty times when it starts. One instance for each processor.
/// </remarks>
internal sealed class GuestCpuid
{
    private const int XFeatures = 0xE7;
    private const int MaxKnown = 128;

    private readonly Dictionary<(uint Leaf, uint Subleaf), (int Eax, int Ebx, int Ecx, int Edx)> _known = [];

    internal void Execute(ref GuestRegisters registers, int processor)
    {
        uint leaf = (uint)registers.Rax, subleaf = (uint)registers.Rcx;
        (int eax, int ebx, int ecx, int edx) = IsHidden(leaf) ? default : AskHost(leaf, subleaf);
        switch (leaf)
        {
            case 1:
                ebx = (ebx & 0x00FFFFFF) | (processor << 24);
                // MONITOR, VMX, SMX, PCID, x2APIC, TSC deadline, hypervisor.
                ecx &= ~Bits(3, 5, 6, 17, 21, 24, 31);
                break;
            case 7 when subleaf == 0:
                // SGX, HLE, RTM, MPX; PKU, OSPKE, WAITPKG, CET_SS, KL, MOVDIR64B, ENQCMD; UINTR, TSXLDTRK, CET_IBT, AMX.
                ebx &= ~Bits(2, 4, 11, 14);
                ecx &= ~Bits(3, 4, 5, 7, 16, 23, 28, 29);
                edx &= ~Bits(5, 16, 18, 20, 22, 24, 25);
                break;
            case 0xD when subleaf == 0:
                eax &= XFeatures;
                edx = 0;
                ebx = ecx = CpuContext.ExtendedStateSize;
                break;
            case 0xD when subleaf == 1:
                // XSAVES and XFD belong to kernels.
                eax &= 7;
                ecx = edx = 0;
                break;
            case 0xD when subleaf > 31 || (XFeatures & (1 << (int)subleaf)) == 0:
                eax = ebx = ecx = edx = 0;
                break;
            case 0x80000001:
                // SVM, LWP, MWAITX.
                ecx &= ~Bits(2, 15, 29);
                break;
            case 0x80000008:
                // CLZERO, RDPRU, INVLPGB.
                ebx &= ~Bits(0, 3, 4);
                break;
        }

        registers.Rax = (uint)eax;
        registers.Rbx = (uint)ebx;
        registers.Rcx = (uint)ecx;
        registers.Rdx = (uint)edx;
    }

    private (int Eax, int Ebx, int Ecx, int Edx) AskHost(uint leaf, uint subleaf)
    {
        if (_known.TryGetValue((leaf, subleaf), out (int Eax, int Ebx, int Ecx, int Edx) answer))
            return answer;
        answer = X86Base.CpuId((int)leaf, (int)subleaf);

        // The guest chooses the numbers.
        if (_known.Count < MaxKnown)
            _known.Add((leaf, subleaf), answer);
        return answer;
    }

    // Leaves of MONITOR, SGX, PT, AMX, hypervisors, SVM.
    private static bool IsHidden(uint leaf) => leaf is 5 or 0x12 or 0x14 or 0x19 or 0x1D or 0x1E or (>= 0x40000000 and < 0x50000000) or 0x8000000A;

    private static int Bits(params ReadOnlySpan<int> numbers)
    {
        int mask = 0;
        foreach (int number in numbers)
            mask |= 1 << number;
        return mask;
    }
}
