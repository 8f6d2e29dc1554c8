using System.Globalization;
using System.Text;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Proc;

/// <summary>/proc/[pid]/map_files: a link for each area of a file. proc_pid_map_files(5).</summary>
internal sealed class ProcMapFiles(ProcSubject subject) : ISyntheticEntries
{
    private const uint Readable = 0x100, Writable = 0x80;
    private const ulong LinkSize = 64;

    public IInode? Find(ReadOnlySpan<byte> name, ulong directory)
    {
        string wanted = Encoding.ASCII.GetString(name);
        foreach (AreaDescription area in Areas())
        {
            if (NameOf(area) != wanted)
                continue;
            uint permissions = ((area.Protection & Prot.PROT_READ) != 0 ? Readable : 0) | ((area.Protection & Prot.PROT_WRITE) != 0 ? Writable : 0);
            return subject.Link(SyntheticNode.NumberOf(directory, name), permissions, _ => area.Place, LinkSize);
        }
        return null;
    }

    public void List(DirectoryListing listing, ulong directory)
    {
        foreach (AreaDescription area in Areas())
        {
            byte[] name = Encoding.ASCII.GetBytes(NameOf(area));
            listing.Add(name, SyntheticNode.NumberOf(directory, name), 10);
        }
    }

    private static string NameOf(in AreaDescription area) => string.Create(CultureInfo.InvariantCulture, $"{area.Start:x}-{area.End:x}");

    private List<AreaDescription> Areas()
    {
        List<AreaDescription> areas = subject.MayRead ? subject.Memory?.Describe() ?? [] : [];
        areas.RemoveAll(static area => area.Place.IsNull);
        return areas;
    }
}
