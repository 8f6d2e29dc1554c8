namespace Zonix.Kernel.Bpf;

/// <summary>What a program of BPF is run over.</summary>
public interface IBpfData
{
    /// <summary>Its bytes.</summary>
    uint Length { get; }

    /// <summary>Loads 1, 2 or 4 bytes; false: there are none there, which ends the program with 0.</summary>
    bool TryLoad(int width, uint at, out uint value);
}
