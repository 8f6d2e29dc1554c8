using System.Globalization;
using System.Text;
using Zonix.Kernel.Ipc;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Proc;

/// <summary>/proc/sysvipc. sysvipc(7).</summary>
internal static class IpcText
{
    private const string SemaphoreHead =
        "       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime\n";

    private const string MessageHead =
        "       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime\n";

    private const string SegmentHead =
        "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime" +
        "                   rss                  swap\n";

    internal static void Fill(StaticEntries directory, Func<IpcNamespace> ipc)
    {
        directory
            .Text("msg", () => Messages(ipc().Messages))
            .Text("sem", () => Semaphores(ipc().Semaphores))
            .Text("shm", () => Segments(ipc().Segments));
    }

    private static string Semaphores(SemaphoreSets sets)
    {
        var text = new StringBuilder(SemaphoreHead);
        lock (sets.Table.Gate)
        {
            foreach (SemaphoreSet s in sets.Table.All)
            {
                Head(text, s).Append(CultureInfo.InvariantCulture, $" {s.Values.Length,10}");
                Owners(text, s).AppendLine(CultureInfo.InvariantCulture, $" {s.OperationTime,10} {s.ChangeTime,10}");
            }
        }
        return text.ToString();
    }

    private static string Messages(MessageQueues queues)
    {
        var text = new StringBuilder(MessageHead);
        lock (queues.Table.Gate)
        {
            foreach (MessageQueue q in queues.Table.All)
            {
                Head(text, q).Append(CultureInfo.InvariantCulture, $"  {q.Bytes,10} {q.Count,10} {q.LastSender,5} {q.LastReceiver,5}");
                Owners(text, q).AppendLine(CultureInfo.InvariantCulture, $" {q.SendTime,10} {q.ReceiveTime,10} {q.ChangeTime,10}");
            }
        }
        return text.ToString();
    }

    private static string Segments(SharedSegments segments)
    {
        var text = new StringBuilder(SegmentHead);
        lock (segments.Table.Gate)
        {
            segments.Sweep();
            foreach (SharedSegment s in segments.Table.All)
            {
                Head(text, s).Append(CultureInfo.InvariantCulture, $" {s.Size,21} {s.CreatorPid,5} {s.LastPid,5}  {s.Attached,5}");
                Owners(text, s).Append(CultureInfo.InvariantCulture, $" {s.AttachTime,10} {s.DetachTime,10} {s.ChangeTime,10}");
                text.AppendLine(CultureInfo.InvariantCulture, $" {s.ResidentPages * 4096,21} {0,21}");
            }
        }
        return text.ToString();
    }

    private static StringBuilder Head(StringBuilder text, IpcObject o) =>
        text.Append(CultureInfo.InvariantCulture, $"{o.Key,10} {o.Id,10}  {Convert.ToString(o.Mode, 8),4}");

    private static StringBuilder Owners(StringBuilder text, IpcObject o) =>
        text.Append(CultureInfo.InvariantCulture, $" {o.Uid,5} {o.Gid,5} {o.CreatorUid,5} {o.CreatorGid,5}");
}
