using System.Text;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Zones.Life;

/// <summary>The command line of a process, as ps shows it.</summary>
public static class ProcessCommand
{
    private const int Most = 4096;

    /// <summary>Its words with blanks between them; empty for one that has none. /proc/[pid]/cmdline.</summary>
    public static string Read(Process process)
    {
        ArgumentNullException.ThrowIfNull(process);
        if (process.VisitMemory() is not { } visit)
            return "";
        try
        {
            ulong start = visit.Memory.Program.ArgumentsStart, end = visit.Memory.Program.ArgumentsEnd;
            byte[] text = new byte[(int)Math.Min(end - Math.Min(start, end), Most)];
            int n = (int)visit.Memory.CopyInForeign(new UserAddress(start), text);
            return Encoding.UTF8.GetString(text, 0, n).TrimEnd('\0').Replace('\0', ' ');
        }
        finally
        {
            visit.EndVisit();
        }
    }
}
