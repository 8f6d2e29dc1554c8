using System.Globalization;

namespace Zonix.Cli;

/// <summary>Numbers of bytes for people, as docker writes them.</summary>
internal static class ByteText
{
    /// <summary>1.5GiB.</summary>
    internal static string Binary(double bytes) => Show(bytes, 1024, ["B", "KiB", "MiB", "GiB", "TiB"]);

    /// <summary>1.61GB.</summary>
    internal static string Decimal(double bytes) => Show(bytes, 1000, ["B", "kB", "MB", "GB", "TB"]);

    private static string Show(double bytes, double step, string[] units)
    {
        int unit = 0;
        while (bytes >= step && unit < units.Length - 1)
        {
            bytes /= step;
            unit++;
        }

        return bytes.ToString(bytes >= 100 || unit == 0 ? "F0" : bytes >= 10 ? "F1" : "F2", CultureInfo.InvariantCulture) + units[unit];
    }
}
