namespace Zonix.Images.Bootstrap.Control;

/// <summary>Versions of Debian packages: [epoch:]upstream[-revision], ordered as dpkg orders them. deb-version(7).</summary>
public static class DebianVersion
{
    /// <summary>Negative when <paramref name="a"/> is the earlier, positive when it is the later, 0 when neither is.</summary>
    public static int Compare(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        int byEpoch = CompareNumbers(TakeEpoch(ref a), TakeEpoch(ref b));
        if (byEpoch != 0)
            return byEpoch;
        ReadOnlySpan<char> revisionOfA = TakeRevision(ref a), revisionOfB = TakeRevision(ref b);
        int byUpstream = CompareParts(a, b);
        return byUpstream != 0 ? byUpstream : CompareParts(revisionOfA, revisionOfB);
    }

    /// <summary>Whether a version stands in a relation (&lt;&lt;, &lt;=, =, &gt;=, &gt;&gt;) to another.</summary>
    public static bool Satisfies(string version, VersionRelation relation, string wanted)
    {
        int order = relation == VersionRelation.Any ? 0 : Compare(version, wanted);
        return relation switch
        {
            VersionRelation.Any => true,
            VersionRelation.Earlier => order < 0,
            VersionRelation.EarlierOrEqual => order <= 0,
            VersionRelation.Equal => order == 0,
            VersionRelation.LaterOrEqual => order >= 0,
            _ => order > 0,
        };
    }

    private static ReadOnlySpan<char> TakeEpoch(ref ReadOnlySpan<char> version)
    {
        int colon = version.IndexOf(':');
        if (colon < 0)
            return default;
        ReadOnlySpan<char> epoch = version[..colon];
        version = version[(colon + 1)..];
        return epoch;
    }

    private static ReadOnlySpan<char> TakeRevision(ref ReadOnlySpan<char> version)
    {
        int dash = version.LastIndexOf('-');
        if (dash < 0)
            return default;
        ReadOnlySpan<char> revision = version[(dash + 1)..];
        version = version[..dash];
        return revision;
    }

    // Digits and what is none take turns; numbers of any length compare as numbers, the rest by Order, and the end of a
    // version comes after '~' and before all else.
    private static int CompareParts(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        while (!a.IsEmpty || !b.IsEmpty)
        {
            while ((!a.IsEmpty && !char.IsAsciiDigit(a[0])) || (!b.IsEmpty && !char.IsAsciiDigit(b[0])))
            {
                int difference = Order(a) - Order(b);
                if (difference != 0)
                    return difference;
                a = a[1..];
                b = b[1..];
            }
            int byNumber = CompareNumbers(TakeNumber(ref a), TakeNumber(ref b));
            if (byNumber != 0)
                return byNumber;
        }
        return 0;
    }

    private static int Order(ReadOnlySpan<char> rest) => rest switch
    {
        [] => 0,
        ['~', ..] => -1,
        [var c, ..] when char.IsAsciiDigit(c) => 0,
        [var c, ..] when char.IsAsciiLetter(c) => c,
        [var c, ..] => c + 256,
    };

    private static ReadOnlySpan<char> TakeNumber(ref ReadOnlySpan<char> rest)
    {
        int end = rest.IndexOfAnyExceptInRange('0', '9');
        ReadOnlySpan<char> number = end < 0 ? rest : rest[..end];
        rest = rest[number.Length..];
        return number;
    }

    private static int CompareNumbers(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        a = a.TrimStart('0');
        b = b.TrimStart('0');
        return a.Length != b.Length ? a.Length - b.Length : a.SequenceCompareTo(b);
    }
}
