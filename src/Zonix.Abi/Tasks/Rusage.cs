using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct rusage. getrusage(2).</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct Rusage
{
    public Timeval UserTime, SystemTime;
    [Word]
    public long MaxResident, SharedText, UnsharedData, UnsharedStack, MinorFaults, MajorFaults, Swaps, BlocksRead, BlocksWritten,
        MessagesSent, MessagesReceived, SignalsReceived, VoluntarySwitches, InvoluntarySwitches;
}
