namespace Zonix.Machine;

/// <summary>What the cpuid instruction tells guests, for those who describe the processor to them.</summary>
public static class ProcessorFacts
{
    /// <summary>The answer of processor <paramref name="processor"/> for a leaf.</summary>
    public static (int Eax, int Ebx, int Ecx, int Edx) Cpuid(uint leaf, uint subleaf = 0, int processor = 0)
    {
        var registers = new GuestRegisters { Rax = leaf, Rcx = subleaf };
        new GuestCpuid().Execute(ref registers, processor);
        return ((int)registers.Rax, (int)registers.Rbx, (int)registers.Rcx, (int)registers.Rdx);
    }
}
