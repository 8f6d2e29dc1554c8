using System.Globalization;
using System.Text;
using Zonix.Images.Unpacking;

namespace Zonix.Images.Tar;

/// <summary>
/// The records of PAX extended headers ("LENGTH KEY=VALUE\n"), of which those for one entry go before those for all. Values
/// are bytes: names and extended attributes need not be text.
/// </summary>
internal sealed class PaxRecords
{
    private readonly Dictionary<string, byte[]> values = new(StringComparer.Ordinal);

    /// <summary>Parts of a sparse file as version 0.0 of GNU's format lists them: a key stands once for each part.</summary>
    public List<TarSegment> Sparse { get; } = [];

    // No archive of use has more, and a hostile one shall not fill the memory.
    private const int MaxBytes = 8 << 20;
    private long? sparseOffset;
    private int heldBytes;

    public bool IsEmpty => values.Count == 0 && Sparse.Count == 0;

    public byte[]? this[string key] => values.GetValueOrDefault(key);

    /// <summary>Takes the records of another header over its own; an empty value stands for no record.</summary>
    public void Merge(PaxRecords other)
    {
        foreach ((string key, byte[] value) in other.values)
            values[key] = value;
        Sparse.AddRange(other.Sparse);
    }

    /// <summary>Reads a header's content. <see cref="ImageException"/> when it is no list of records.</summary>
    public void Parse(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            int space = content.IndexOf((byte)' ');
            if (space is <= 0 or > 10 || !int.TryParse(content[..space], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
                || length <= space + 2 || length > content.Length || content[length - 1] != '\n')
                throw new ImageException("a PAX header of the archive holds a broken record");
            ReadOnlySpan<byte> record = content[(space + 1)..(length - 1)];
            int equals = record.IndexOf((byte)'=');
            if (equals <= 0)
                throw new ImageException("a PAX header of the archive holds a record without a key");
            Add(Encoding.UTF8.GetString(record[..equals]), record[(equals + 1)..]);
            content = content[length..];
        }
    }

    public bool TryNumber(string key, out long value)
    {
        value = 0;
        if (this[key] is not { Length: > 0 } text)
            return false;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
            throw new ImageException($"the PAX record {key} is no number: '{TreePath.Show(text)}'");
        return true;
    }

    /// <summary>Seconds with a fraction: "1700000000.123456789", "-1.5".</summary>
    public Timestamp? Time(string key)
    {
        if (this[key] is not { Length: > 0 } text)
            return null;
        ReadOnlySpan<byte> whole = text, fraction = default;
        if (whole.IndexOf((byte)'.') is var point and >= 0)
        {
            fraction = whole[(point + 1)..];
            whole = whole[..point];
        }
        if (!long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds) || fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            throw new ImageException($"the PAX record {key} is no time: '{TreePath.Show(text)}'");
        uint nanoseconds = 0;
        for (int i = 0; i < 9; i++)
            nanoseconds = (nanoseconds * 10) + (i < fraction.Length ? (uint)(fraction[i] - '0') : 0);
        if (!whole.StartsWith("-"u8) || nanoseconds == 0)
            return new Timestamp(seconds, nanoseconds);
        return seconds == long.MinValue ? new Timestamp(seconds, 0) : new Timestamp(seconds - 1, 1_000_000_000 - nanoseconds);
    }

    /// <summary>Extended attributes: SCHILY.xattr (star, GNU tar, Go), LIBARCHIVE.xattr (base 64).</summary>
    public List<ExtendedAttribute>? Extended()
    {
        const string Schily = "SCHILY.xattr.", LibArchive = "LIBARCHIVE.xattr.";
        List<ExtendedAttribute>? all = null;
        foreach ((string key, byte[] value) in values)
        {
            if (key.StartsWith(Schily, StringComparison.Ordinal))
                (all ??= []).Add(new(Encoding.UTF8.GetBytes(key[Schily.Length..]), value));
            else if (key.StartsWith(LibArchive, StringComparison.Ordinal) && !values.ContainsKey(Schily + key[LibArchive.Length..]))
                (all ??= []).Add(new(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(key[LibArchive.Length..])), FromBase64(key, value)));
        }
        // One order, whatever the archive's, so that equal attributes are equal.
        all?.Sort(static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        return all;
    }

    private static byte[] FromBase64(string key, byte[] value)
    {
        string text = Encoding.ASCII.GetString(value);
        try
        {
            return Convert.FromBase64String(text.PadRight((text.Length + 3) & ~3, '='));
        }
        catch (FormatException broken)
        {
            throw new ImageException($"the PAX record {key} is no base 64", broken);
        }
    }

    private void Add(string key, ReadOnlySpan<byte> value)
    {
        heldBytes += key.Length + value.Length;
        if (heldBytes > MaxBytes)
            throw new ImageException($"the PAX headers of the archive hold more than {MaxBytes} bytes");
        if (key is not ("GNU.sparse.offset" or "GNU.sparse.numbytes"))
        {
            values[key] = value.ToArray();
            return;
        }
        if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            throw new ImageException($"the PAX record {key} is no number");
        if (key == "GNU.sparse.offset")
        {
            sparseOffset = number;
            return;
        }
        Sparse.Add(new(sparseOffset ?? throw new ImageException("a PAX header lists a part of a sparse file without its offset"), number));
        sparseOffset = null;
    }
}
