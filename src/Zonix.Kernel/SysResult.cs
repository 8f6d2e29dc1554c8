using Zonix.Abi;

namespace Zonix.Kernel;

/// <summary>
/// What a system call answers: a value, an errno, or "the task is waiting and the result comes later". The raw form is
/// what the guest finds in its result register: errors are -errno.
/// </summary>
public readonly struct SysResult : IEquatable<SysResult>
{
    private const long MaxErrno = 4095;
    private const long BlockedRaw = long.MinValue;
    private const long NoReturnRaw = long.MinValue + 1;

    private SysResult(long raw) => Raw = raw;

    /// <summary>The register value: the result, or -errno.</summary>
    public long Raw { get; }

    /// <summary>Zero, the plain success.</summary>
    public static SysResult Success => default;

    /// <summary>The task has been enrolled in wait queues; its operation gives the result later.</summary>
    public static SysResult Blocked => new(BlockedRaw);

    /// <summary>
    /// The call has set all registers itself (rt_sigreturn, execve) or the task is ending (exit): the result register is
    /// left alone.
    /// </summary>
    public static SysResult NoReturn => new(NoReturnRaw);

    /// <summary>Interrupted; see <see cref="KernelErrno.ERESTARTSYS"/>.</summary>
    public static SysResult RestartSys => new(-KernelErrno.ERESTARTSYS);

    /// <summary>Interrupted; see <see cref="KernelErrno.ERESTARTNOINTR"/>.</summary>
    public static SysResult RestartNoIntr => new(-KernelErrno.ERESTARTNOINTR);

    /// <summary>Interrupted; see <see cref="KernelErrno.ERESTARTNOHAND"/>.</summary>
    public static SysResult RestartNoHand => new(-KernelErrno.ERESTARTNOHAND);

    /// <summary>Interrupted; see <see cref="KernelErrno.ERESTART_RESTARTBLOCK"/>.</summary>
    public static SysResult RestartBlock => new(-KernelErrno.ERESTART_RESTARTBLOCK);

    /// <summary>Whether this is an error (or an internal restart code).</summary>
    public bool IsError => Raw is < 0 and >= -MaxErrno;

    /// <summary>Whether this is <see cref="Blocked"/>.</summary>
    public bool IsBlocked => Raw == BlockedRaw;

    /// <summary>Whether this is <see cref="NoReturn"/>.</summary>
    public bool IsNoReturn => Raw == NoReturnRaw;

    /// <summary>Whether this is one of the <see cref="KernelErrno"/> codes, which the guest must never see.</summary>
    public bool IsRestart => Raw is <= -KernelErrno.ERESTARTSYS and >= -KernelErrno.ERESTART_RESTARTBLOCK;

    /// <summary>The error; only meaningful when <see cref="IsError"/>.</summary>
    public Errno Error => IsError ? (Errno)(-Raw) : 0;

    /// <summary>The value; only meaningful when not <see cref="IsError"/>.</summary>
    public long Value => Raw;

    /// <summary>An error; zero is success, so that host functions that answer "0 or errno" convert directly.</summary>
    public static SysResult FromErrno(int errno) => new(-(long)errno);

    /// <summary>A result from the raw register form.</summary>
    public static SysResult FromRaw(long raw) => new(raw);

    /// <summary>The error <paramref name="errno"/>.</summary>
    public static implicit operator SysResult(Errno errno) => new(-(long)errno);

    /// <summary>The value <paramref name="value"/>.</summary>
    public static implicit operator SysResult(int value) => new(value);

    /// <summary>The value <paramref name="value"/>.</summary>
    public static implicit operator SysResult(uint value) => new(value);

    /// <summary>The value <paramref name="value"/>.</summary>
    public static implicit operator SysResult(long value) => new(value);

    /// <summary>The value <paramref name="value"/>.</summary>
    public static implicit operator SysResult(ulong value) => new((long)value);

    /// <summary>The value <paramref name="value"/>.</summary>
    public static implicit operator SysResult(nuint value) => new((long)value);

    /// <summary>The descriptor <paramref name="fd"/>.</summary>
    public static implicit operator SysResult(Fd fd) => new(fd.Value);

    /// <summary>The process number <paramref name="pid"/>.</summary>
    public static implicit operator SysResult(Pid pid) => new(pid.Value);

    /// <summary>The thread number <paramref name="tid"/>.</summary>
    public static implicit operator SysResult(Tid tid) => new(tid.Value);

    /// <summary>The address <paramref name="address"/>.</summary>
    public static implicit operator SysResult(UserAddress address) => new((long)address.Value);

    /// <summary>Whether both are the same.</summary>
    public static bool operator ==(SysResult left, SysResult right) => left.Raw == right.Raw;

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(SysResult left, SysResult right) => left.Raw != right.Raw;

    /// <inheritdoc/>
    public bool Equals(SysResult other) => Raw == other.Raw;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SysResult other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Raw.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() =>
        IsBlocked ? "blocked" : IsNoReturn ? "no return" : IsError ? $"-{Error}" : Raw.ToString("D", null);
}
