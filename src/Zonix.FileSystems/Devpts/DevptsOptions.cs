using System.Globalization;
using System.Text;

namespace Zonix.FileSystems.Devpts;

/// <summary>How an instance of devpts is mounted. proc(5) of Linux, filesystems/devpts.</summary>
public sealed record DevptsOptions
{
    /// <summary>The owner of new slaves; null: whoever makes them.</summary>
    public uint? Uid { get; init; }

    /// <summary>The group of new slaves; null: that of whoever makes them.</summary>
    public uint? Gid { get; init; }

    /// <summary>The mode of new slaves.</summary>
    public uint Mode { get; init; } = 0x180;

    /// <summary>The mode of ptmx.</summary>
    public uint PtmxMode { get; init; }

    /// <summary>How many ptys there may be.</summary>
    public int Max { get; init; } = 1 << 20;

    /// <summary>These with an option set; null: there is no such option, or it has no such value.</summary>
    public DevptsOptions? With(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        // Each mount is an instance of its own anyhow.
        if (name is "newinstance")
            return this;
        return TryRead(value, name is "mode" or "ptmxmode" ? 8u : 10u, out uint number) && TrySet(name, number, out DevptsOptions changed) ? changed : null;
    }

    /// <summary>As /proc/mounts shows them, with a leading comma.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (Uid is { } uid)
            text.Append(CultureInfo.InvariantCulture, $",uid={uid}");
        if (Gid is { } gid)
            text.Append(CultureInfo.InvariantCulture, $",gid={gid}");
        text.Append(",mode=").Append(Convert.ToString(Mode, 8).PadLeft(3, '0'));
        text.Append(",ptmxmode=").Append(Convert.ToString(PtmxMode, 8).PadLeft(3, '0'));
        if (Max < 1 << 20)
            text.Append(CultureInfo.InvariantCulture, $",max={Max}");
        return text.ToString();
    }

    private bool TrySet(ReadOnlySpan<char> name, uint value, out DevptsOptions changed)
    {
        changed = name switch
        {
            "uid" => this with { Uid = value },
            "gid" => this with { Gid = value },
            "mode" => this with { Mode = value & 0xFFF },
            "ptmxmode" => this with { PtmxMode = value & 0xFFF },
            "max" when value <= 1 << 20 => this with { Max = (int)value },
            _ => this,
        };
        return name is "uid" or "gid" or "mode" or "ptmxmode" || (name is "max" && value <= 1 << 20);
    }

    private static bool TryRead(ReadOnlySpan<char> text, uint radix, out uint value)
    {
        value = 0;
        foreach (char c in text)
        {
            uint digit = (uint)(c - '0');
            if (digit >= radix || value > (uint.MaxValue - digit) / radix)
                return false;
            value = (value * radix) + digit;
        }
        return text.Length > 0;
    }
}
