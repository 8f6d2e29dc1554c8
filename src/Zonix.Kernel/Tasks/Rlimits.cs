namespace Zonix.Kernel.Tasks;

/// <summary>The resource limits of a process. Starts with what Linux gives its first process.</summary>
public sealed class Rlimits
{
    private readonly Lock gate = new();
    private readonly Rlimit[] limits;
    private ulong fileSize = Rlimit.Infinity;

    /// <summary>Linux's defaults.</summary>
    public Rlimits()
    {
        limits = new Rlimit[16];
        Array.Fill(limits, new Rlimit(Rlimit.Infinity, Rlimit.Infinity));
        limits[(int)RlimitResource.RLIMIT_STACK] = new(8 << 20, Rlimit.Infinity);
        limits[(int)RlimitResource.RLIMIT_CORE] = new(0, Rlimit.Infinity);
        limits[(int)RlimitResource.RLIMIT_NOFILE] = new(1024, 1 << 20);
        limits[(int)RlimitResource.RLIMIT_MEMLOCK] = new(8 << 20, 8 << 20);
        limits[(int)RlimitResource.RLIMIT_SIGPENDING] = new(63_000, 63_000);
        limits[(int)RlimitResource.RLIMIT_NPROC] = new(63_000, 63_000);
        limits[(int)RlimitResource.RLIMIT_MSGQUEUE] = new(819_200, 819_200);
        limits[(int)RlimitResource.RLIMIT_NICE] = new(0, 0);
        limits[(int)RlimitResource.RLIMIT_RTPRIO] = new(0, 0);
    }

    private Rlimits(Rlimit[] limits)
    {
        this.limits = limits;
        fileSize = limits[(int)RlimitResource.RLIMIT_FSIZE].Soft;
    }

    /// <summary>The soft RLIMIT_FSIZE, which every write asks for: no lock is taken.</summary>
    public ulong FileSize => Volatile.Read(ref fileSize);

    /// <summary>The limits of one resource.</summary>
    public Rlimit this[RlimitResource resource]
    {
        get
        {
            lock (gate)
            {
                return limits[(int)resource];
            }
        }

        set
        {
            lock (gate)
            {
                limits[(int)resource] = value;
                if (resource == RlimitResource.RLIMIT_FSIZE)
                {
                    Volatile.Write(ref fileSize, value.Soft);
                }
            }
        }
    }

    /// <summary>The copy that a new process starts with.</summary>
    public Rlimits Clone()
    {
        lock (gate)
        {
            return new((Rlimit[])limits.Clone());
        }
    }
}
