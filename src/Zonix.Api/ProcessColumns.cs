using System.Collections.Frozen;
using System.Globalization;
using Zonix.Kernel.Tasks;
using Zonix.Zones.Life;

namespace Zonix.Api;

/// <summary>
/// Which columns of processes were asked for, in the words of ps(1) as far as docker top's users write them: -ef, aux, -o pid,cmd and their
/// like. All processes of the zone are listed whatever is asked.
/// </summary>
internal sealed class ProcessColumns
{
    private const string Usual = "uid,pid,ppid,c,stime,tty,time,cmd", UserOriented = "user,pid,%cpu,%mem,vsz,rss,tty,start,time,command";
    private readonly (string Title, Func<ProcessView, string> Show)[] columns;

    private ProcessColumns(IEnumerable<string> names) => columns = [.. names.Select(Column)];

    /// <summary>The titles.</summary>
    internal IReadOnlyList<string> Titles => [.. columns.Select(column => column.Title)];

    /// <summary>Reads options of ps.</summary>
    /// <exception cref="ZoneException">One is not known, or no column is the process's number.</exception>
    internal static ProcessColumns Read(string? options)
    {
        var names = new List<string>();
        bool isUserOriented = false;
        string[] words = (options ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < words.Length; i++)
        {
            string letters = words[i].TrimStart('-');
            int list = letters.IndexOfAny(['o', 'O']);
            string plain = list < 0 ? letters : letters[..list];
            if (words[i].StartsWith("--", StringComparison.Ordinal) || plain.Any(letter => !"efFAaxuwlyHg".Contains(letter, StringComparison.Ordinal)))
                throw new ZoneException(ZoneError.Invalid, $"ps_args: \"{words[i]}\": expected -ef, aux, or -o and columns: {string.Join(", ", Columns.Keys.Order(StringComparer.Ordinal))}");
            isUserOriented |= plain.Contains('u', StringComparison.Ordinal);
            if (list < 0)
                continue;
            string wanted = letters[(list + 1)..];
            if (wanted.Length == 0)
                wanted = ++i < words.Length ? words[i] : throw new ZoneException(ZoneError.Invalid, "ps_args: columns are missing behind -o");
            names.AddRange(wanted.Split(',', StringSplitOptions.RemoveEmptyEntries));
        }

        var columns = new ProcessColumns(names.Count > 0 ? names : (isUserOriented ? UserOriented : Usual).Split(','));
        return columns.Titles.Contains("PID") ? columns : throw new ZoneException(ZoneError.Invalid, "Couldn't find PID field in ps output");
    }

    /// <summary>A process by these columns.</summary>
    internal IReadOnlyList<string> Line(ProcessView process) => [.. columns.Select(column => column.Show(process))];

    private static (string Title, Func<ProcessView, string> Show) Column(string name)
    {
        // NAME=TITLE
        string[] parts = name.Split('=', 2);
        if (!Columns.TryGetValue(parts[0], out (string Title, Func<ProcessView, string> Show) column))
            throw new ZoneException(ZoneError.Invalid, $"ps_args: column \"{parts[0]}\": expected one of {string.Join(", ", Columns.Keys.Order(StringComparer.Ordinal))}");
        return parts.Length > 1 && parts[0] != "pid" ? (parts[1], column.Show) : column;
    }

    private static readonly FrozenDictionary<string, (string Title, Func<ProcessView, string> Show)> Columns = new Dictionary<string, (string Title, Func<ProcessView, string> Show)>
    {
        ["pid"] = ("PID", one => Text(one.Process.Pid.Value)),
        ["ppid"] = ("PPID", one => Text(one.Process.Parent?.Pid.Value ?? 0)),
        ["pgid"] = ("PGID", one => Text(one.Process.GroupId.Value)),
        ["sid"] = ("SID", one => Text(one.Process.SessionId.Value)),
        ["uid"] = ("UID", one => Text(one.Who.EffectiveUid)),
        ["user"] = ("USER", one => one.Who.EffectiveUid == 0 ? "root" : Text(one.Who.EffectiveUid)),
        ["gid"] = ("GID", one => Text(one.Who.EffectiveGid)),
        ["c"] = ("C", one => Text(one.CpuPercent)),
        ["%cpu"] = ("%CPU", one => one.CpuShare.ToString("F1", CultureInfo.InvariantCulture)),
        ["pcpu"] = ("%CPU", one => one.CpuShare.ToString("F1", CultureInfo.InvariantCulture)),
        ["%mem"] = ("%MEM", one => one.MemoryShare.ToString("F1", CultureInfo.InvariantCulture)),
        ["pmem"] = ("%MEM", one => one.MemoryShare.ToString("F1", CultureInfo.InvariantCulture)),
        ["rss"] = ("RSS", one => Text(one.ResidentBytes / 1024)),
        ["vsz"] = ("VSZ", one => Text(one.MappedBytes / 1024)),
        ["nlwp"] = ("NLWP", one => Text(Math.Max(1, one.Process.Tasks.Count))),
        ["tty"] = ("TTY", one => one.Terminal),
        ["stime"] = ("STIME", one => one.Started.ToString("HH:mm", CultureInfo.InvariantCulture)),
        ["start"] = ("START", one => one.Started.ToString("HH:mm", CultureInfo.InvariantCulture)),
        ["lstart"] = ("STARTED", one => one.Started.ToString("ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture)),
        ["etimes"] = ("ELAPSED", one => Text((long)one.Age.TotalSeconds)),
        ["etime"] = ("ELAPSED", one => Clock(one.Age)),
        ["time"] = ("TIME", one => Clock(one.CpuTime)),
        ["comm"] = ("COMMAND", one => one.Name),
        ["cmd"] = ("CMD", one => one.CommandLine),
        ["args"] = ("COMMAND", one => one.CommandLine),
        ["command"] = ("COMMAND", one => one.CommandLine),
    }.ToFrozenDictionary();

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Clock(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}");
}
