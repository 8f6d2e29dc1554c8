namespace Zonix.Kernel.Memory;

/// <summary>Where the parts of the program lie that was loaded: what /proc/[pid]/stat and prctl(PR_SET_MM) speak of.</summary>
public sealed class ProgramAreas
{
    /// <summary>First byte of executable segments.</summary>
    public ulong StartCode { get; set; }

    /// <summary>End of executable segments.</summary>
    public ulong EndCode { get; set; }

    /// <summary>Start of initialised data.</summary>
    public ulong StartData { get; set; }

    /// <summary>End of initialised data.</summary>
    public ulong EndData { get; set; }

    /// <summary>The stack pointer at the start.</summary>
    public ulong StartStack { get; set; }

    /// <summary>First byte of the arguments.</summary>
    public ulong ArgumentsStart { get; set; }

    /// <summary>End of the arguments.</summary>
    public ulong ArgumentsEnd { get; set; }

    /// <summary>First byte of the environment.</summary>
    public ulong EnvironmentStart { get; set; }

    /// <summary>End of the environment.</summary>
    public ulong EnvironmentEnd { get; set; }

    /// <summary>Address of the vDSO; 0 without one.</summary>
    public ulong Vdso { get; set; }

    /// <summary>The auxiliary vector as it was put on the stack.</summary>
    public byte[] AuxiliaryVector { get; set; } = [];

    /// <summary>A copy for a new process.</summary>
    internal ProgramAreas Clone() => (ProgramAreas)MemberwiseClone();
}
