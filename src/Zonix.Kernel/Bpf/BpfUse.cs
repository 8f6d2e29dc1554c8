namespace Zonix.Kernel.Bpf;

/// <summary>What a program of BPF looks at.</summary>
public enum BpfUse
{
    /// <summary>The words of a system call. seccomp(2).</summary>
    Calls,

    /// <summary>The bytes of packets. socket(7), SO_ATTACH_FILTER.</summary>
    Packets,
}
