using System.Globalization;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Proc;

/// <summary>Settings of /proc/sys: numbers and words, one zone's own. proc_sys(5).</summary>
internal static class SettingText
{
    /// <summary>Adds a number that something acts on.</summary>
    internal static StaticEntries Number(this StaticEntries directory, string name, Func<long> read, long low, long high, Action<long> write) =>
        directory.Setting(name, () => Line(read()), text => IpcSettings.Number(text, low, high, write));

    /// <summary>Adds a number that is kept, within its range: nothing here depends on it, and guests read back what they set.</summary>
    internal static StaticEntries Kept(this StaticEntries directory, string name, long initial, long low = int.MinValue, long high = int.MaxValue)
    {
        long value = initial;
        return directory.Number(name, () => Volatile.Read(ref value), low, high, next => Volatile.Write(ref value, next));
    }

    /// <summary>Adds a switch that is kept.</summary>
    internal static StaticEntries Switch(this StaticEntries directory, string name, bool initial = false) => directory.Kept(name, initial ? 1 : 0, 0, 1);

    /// <summary>Adds several numbers that are kept, a tab between them; fewer may be written.</summary>
    internal static StaticEntries Vector(this StaticEntries directory, string name, params long[] initial)
    {
        long[] values = initial;
        return directory.Setting(name, () => string.Join('\t', Volatile.Read(ref values)) + "\n", text =>
        {
            string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            long[] next = [.. Volatile.Read(ref values)];
            if (words.Length == 0 || words.Length > next.Length)
                return Errno.EINVAL;
            for (int i = 0; i < words.Length; i++)
            {
                if (!long.TryParse(words[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out next[i]))
                    return Errno.EINVAL;
            }
            Volatile.Write(ref values, next);
            return 0;
        });
    }

    /// <summary>Adds a word that is kept.</summary>
    internal static StaticEntries Word(this StaticEntries directory, string name, string initial)
    {
        string value = initial;
        return directory.Setting(name, () => Volatile.Read(ref value) + "\n", text =>
        {
            Volatile.Write(ref value, text);
            return 0;
        });
    }

    /// <summary>Adds a setting that can only have the value it has: another one is refused with EINVAL.</summary>
    internal static StaticEntries Refused(this StaticEntries directory, string name, string value) =>
        directory.Setting(name, () => value + "\n", text => text == value ? 0 : Errno.EINVAL);

    /// <summary>Adds a number that can only have the value it has.</summary>
    internal static StaticEntries Refused(this StaticEntries directory, string name, long value) =>
        directory.Refused(name, value.ToString("D", CultureInfo.InvariantCulture));

    /// <summary>Adds a number that cannot be written at all.</summary>
    internal static StaticEntries Fixed(this StaticEntries directory, string name, long value) => directory.Text(name, Line(value));

    /// <summary>A number as a line.</summary>
    internal static string Line(long value) => value.ToString("D", CultureInfo.InvariantCulture) + "\n";
}
