using System.Globalization;
using Zonix.Abi;

namespace Zonix.Zones.Configuration;

/// <summary>Signals as people write them: TERM, SIGTERM, 15.</summary>
public static class SignalNames
{
    private const int MaxSignal = 64;

    /// <summary>Reads one.</summary>
    public static bool TryParse(string text, out Signal signal)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            signal = (Signal)number;
            return number is > 0 and <= MaxSignal;
        }

        string name = text.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? text : "SIG" + text;
        return Enum.TryParse(name, ignoreCase: true, out signal) && !char.IsAsciiDigit(name[3]);
    }
}
