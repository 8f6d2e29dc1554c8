namespace Zonix.Abi;

/// <summary>Flags of a signal action. sigaction(2).</summary>
[Flags]
public enum SigActionFlags : ulong
{
    SA_NOCLDSTOP = 1,
    SA_NOCLDWAIT = 2,
    SA_SIGINFO = 4,
    SA_EXPOSE_TAGBITS = 0x800,
    SA_RESTORER = 0x0400_0000,
    SA_ONSTACK = 0x0800_0000,
    SA_RESTART = 0x1000_0000,
    SA_NODEFER = 0x4000_0000,
    SA_RESETHAND = 0x8000_0000,
}
