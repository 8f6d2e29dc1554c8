namespace Zonix.Abi;

/// <summary>Values of si_code. sigaction(2).</summary>
public static class SigCode
{
    public const int SI_USER = 0;
    public const int SI_KERNEL = 0x80;
    public const int SI_QUEUE = -1;
    public const int SI_TIMER = -2;
    public const int SI_MESGQ = -3;
    public const int SI_ASYNCIO = -4;
    public const int SI_SIGIO = -5;
    public const int SI_TKILL = -6;

    public const int ILL_ILLOPC = 1;
    public const int ILL_ILLOPN = 2;

    public const int FPE_INTDIV = 1;
    public const int FPE_INTOVF = 2;
    public const int FPE_FLTDIV = 3;
    public const int FPE_FLTOVF = 4;
    public const int FPE_FLTUND = 5;
    public const int FPE_FLTRES = 6;
    public const int FPE_FLTINV = 7;
    public const int FPE_FLTSUB = 8;

    public const int SEGV_MAPERR = 1;
    public const int SEGV_ACCERR = 2;

    public const int BUS_ADRALN = 1;
    public const int BUS_ADRERR = 2;

    public const int TRAP_BRKPT = 1;
    public const int TRAP_TRACE = 2;
    public const int TRAP_HWBKPT = 4;

    public const int CLD_EXITED = 1;
    public const int CLD_KILLED = 2;
    public const int CLD_DUMPED = 3;
    public const int CLD_TRAPPED = 4;
    public const int CLD_STOPPED = 5;
    public const int CLD_CONTINUED = 6;
}
