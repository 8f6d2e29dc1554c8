using System.Globalization;
using System.Text;
using Zonix.Kernel.Tasks;
using Zonix.Machine;

namespace Zonix.Lx.Proc;

/// <summary>/proc/cpuinfo: what cpuid tells guests, in Linux's words. proc_cpuinfo(5).</summary>
internal static class CpuText
{
    private enum Register
    {
        Eax,
        Ebx,
        Ecx,
        Edx,
    }

    private const string ConstantCounter = "constant_tsc rep_good nopl xtopology nonstop_tsc cpuid";

    // The names of bits, in the order in which Linux shows them; "-": a bit without a name. Between the second and the third stand
    // facts that Linux finds out by itself.
    private static readonly (uint Leaf, uint Subleaf, Register Register, string Names)[] s_features =
    [
        (1, 0, Register.Edx, "fpu vme de pse tsc msr pae mce cx8 apic - sep mtrr pge mca cmov pat pse36 pn clflush - dts acpi mmx fxsr sse sse2 ss ht tm ia64 pbe"),
        (0x80000001, 0, Register.Edx, "- - - - - - - - - - - syscall - - - - - - - mp nx - mmxext - - fxsr_opt pdpe1gb rdtscp - lm 3dnowext 3dnow"),
        (1, 0, Register.Ecx, "pni pclmulqdq dtes64 monitor ds_cpl vmx smx est tm2 ssse3 cid sdbg fma cx16 xtpr pdcm - pcid dca sse4_1 sse4_2 x2apic movbe popcnt tsc_deadline_timer aes xsave - avx f16c rdrand hypervisor"),
        (0x80000001, 0, Register.Ecx, "lahf_lm cmp_legacy svm extapic cr8_legacy abm sse4a misalignsse 3dnowprefetch osvw ibs xop skinit wdt - lwp fma4 tce - nodeid_msr - tbm topoext perfctr_core perfctr_nb - bpext ptsc perfctr_llc mwaitx"),
        (7, 0, Register.Ebx, "fsgsbase tsc_adjust sgx bmi1 hle avx2 - smep bmi2 erms invpcid rtm cqm - mpx rdt_a avx512f avx512dq rdseed adx smap avx512ifma - clflushopt clwb intel_pt avx512pf avx512er avx512cd sha_ni avx512bw avx512vl"),
        (0xD, 1, Register.Eax, "xsaveopt xsavec xgetbv1 xsaves xfd"),
        (7, 1, Register.Eax, "- - - - avx_vnni avx512_bf16"),
        (0x80000008, 0, Register.Ebx, "clzero irperf xsaveerptr - rdpru - - - - wbnoinvd"),
        (7, 0, Register.Ecx, "- avx512vbmi umip pku ospke waitpkg avx512_vbmi2 - gfni vaes vpclmulqdq avx512_vnni avx512_bitalg tme avx512_vpopcntdq - la57 - - - - - rdpid - bus_lock_detect cldemote - movdiri movdir64b enqcmd"),
        (7, 0, Register.Edx, "- - avx512_4vnniw avx512_4fmaps fsrm - - - avx512_vp2intersect - md_clear - - - serialize - - - pconfig - ibt - amx_bf16 avx512_fp16 amx_tile amx_int8"),
    ];

    internal static string Info(KernelMachine machine, int cpus)
    {
        (int signature, int misc, _, _) = ProcessorFacts.Cpuid(1);
        (int topLeaf, _, _, _) = ProcessorFacts.Cpuid(0);
        (int sizes, _, _, _) = ProcessorFacts.Cpuid(0x80000008);
        int family = (signature >> 8) & 0xf, model = (signature >> 4) & 0xf;
        if (family == 0xf)
            family += (signature >> 20) & 0xff;
        if (family >= 6)
            model |= (signature >> 12) & 0xf0;
        string vendor = Vendor(), features = Features();
        double megahertz = machine.Clock.CounterMegahertz;
        int line = ((misc >> 8) & 0xff) * 8;
        var text = new StringBuilder();
        for (int cpu = 0; cpu < cpus; cpu++)
        {
            Line(text, $"processor\t: {cpu}\nvendor_id\t: {vendor}\ncpu family\t: {family}\nmodel\t\t: {model}\nmodel name\t: {ModelName()}\nstepping\t: {signature & 0xf}");
            Line(text, $"cpu MHz\t\t: {megahertz:F3}\ncache size\t: {CacheSize()} KB\nphysical id\t: 0\nsiblings\t: {cpus}\ncore id\t\t: {cpu}\ncpu cores\t: {cpus}");
            Line(text, $"apicid\t\t: {cpu}\ninitial apicid\t: {cpu}\nfpu\t\t: yes\nfpu_exception\t: yes\ncpuid level\t: {topLeaf}\nwp\t\t: yes\nflags\t\t: {features}");
            Line(text, $"bugs\t\t:\nbogomips\t: {2 * megahertz:F2}\nclflush size\t: {line}\ncache_alignment\t: {line}");
            Line(text, $"address sizes\t: {sizes & 0xff} bits physical, {(sizes >> 8) & 0xff} bits virtual\npower management:\n");
        }
        return text.ToString();
    }

    /// <summary>The size of the second-level cache, in KiB.</summary>
    internal static int CacheSize() => (int)((uint)ProcessorFacts.Cpuid(0x80000006).Ecx >> 16);

    private static string Features()
    {
        var names = new List<string>();
        for (int i = 0; i < s_features.Length; i++)
        {
            (uint leaf, uint subleaf, Register register, string all) = s_features[i];
            (int eax, int ebx, int ecx, int edx) = ProcessorFacts.Cpuid(leaf, subleaf);
            int bits = register switch
            {
                Register.Eax => eax,
                Register.Ebx => ebx,
                Register.Ecx => ecx,
                _ => edx,
            };
            string[] bitNames = all.Split(' ');
            for (int bit = 0; bit < bitNames.Length; bit++)
            {
                if ((bits & (1 << bit)) != 0 && bitNames[bit] != "-")
                    names.Add(bitNames[bit]);
            }
            if (i == 1 && TimeStampCounter.IsInvariant)
                names.Add(ConstantCounter);
        }
        return string.Join(' ', names);
    }

    private static string Vendor()
    {
        (_, int ebx, int ecx, int edx) = ProcessorFacts.Cpuid(0);
        return Characters(ebx, edx, ecx);
    }

    private static string ModelName()
    {
        var text = new StringBuilder();
        for (uint leaf = 0x80000002; leaf <= 0x80000004; leaf++)
        {
            (int eax, int ebx, int ecx, int edx) = ProcessorFacts.Cpuid(leaf);
            text.Append(Characters(eax, ebx, ecx, edx));
        }
        return text.ToString().Trim('\0', ' ');
    }

    private static string Characters(params ReadOnlySpan<int> words)
    {
        Span<byte> bytes = stackalloc byte[16];
        for (int i = 0; i < words.Length; i++)
            BitConverter.TryWriteBytes(bytes[(i * 4)..], words[i]);
        return Encoding.ASCII.GetString(bytes[..(words.Length * 4)]);
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
