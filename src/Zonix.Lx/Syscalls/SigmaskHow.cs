namespace Zonix.Lx.Syscalls;

/// <summary>What sigprocmask(2) does with its set.</summary>
internal enum SigmaskHow
{
    SIG_BLOCK = 0,
    SIG_UNBLOCK = 1,
    SIG_SETMASK = 2,
}
