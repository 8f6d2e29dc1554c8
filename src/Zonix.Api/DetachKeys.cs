using Zonix.Zones.Life;

namespace Zonix.Api;

/// <summary>Finds the keys by which a user leaves a terminal without ending it, in what is typed. docker attach --detach-keys.</summary>
internal sealed class DetachKeys
{
    private const string Usual = "ctrl-p,ctrl-q";
    private readonly byte[] keys;
    private int matched;

    /// <summary>Keys as docker writes them: a, ctrl-p, separated by commas; null: the usual ones.</summary>
    internal DetachKeys(string? words)
    {
        string[] parts = (string.IsNullOrEmpty(words) ? Usual : words).Split(',');
        keys = new byte[parts.Length];
        for (int i = 0; i < parts.Length; i++)
            keys[i] = Parse(parts[i], words);
    }

    /// <summary>Passes on what is none of the keys; true: they were typed.</summary>
    internal bool Filter(ReadOnlySpan<byte> typed, List<byte> passed)
    {
        foreach (byte key in typed)
        {
            if (key == keys[matched])
            {
                if (++matched == keys.Length)
                    return true;
                continue;
            }

            passed.AddRange(keys.AsSpan(0, matched));
            matched = key == keys[0] ? 1 : 0;
            if (matched == 0)
                passed.Add(key);
            else if (keys.Length == 1)
                return true;
        }

        return false;
    }

    private static byte Parse(string key, string? words)
    {
        if (key.Length == 1)
            return (byte)key[0];
        if (key.StartsWith("ctrl-", StringComparison.OrdinalIgnoreCase) && key.Length == 6)
        {
            char c = char.ToLowerInvariant(key[5]);
            if (c is >= 'a' and <= 'z')
                return (byte)(c - 'a' + 1);
            if ("@[\\]^_".IndexOf(c, StringComparison.Ordinal) is >= 0 and int at)
                return (byte)(at == 0 ? 0 : 26 + at);
        }

        throw new ZoneException(ZoneError.Invalid, $"detachKeys: \"{words}\": expected keys as a or ctrl-p, separated by commas");
    }
}
