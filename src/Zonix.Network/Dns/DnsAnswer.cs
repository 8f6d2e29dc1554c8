using System.Buffers.Binary;

namespace Zonix.Network.Dns;

/// <summary>An answer of the embedded name server, or what it makes of another's. RFC 1035.</summary>
internal static class DnsAnswer
{
    /// <summary>What a datagram holds when the asker says nothing.</summary>
    internal const int UsualSize = 512;

    /// <summary>The largest message of a stream.</summary>
    internal const int LargestSize = 65535;

    private const ushort Response = 0x8000, Authoritative = 0x0400, Truncated = 0x0200, RecursionDesired = 0x0100, RecursionAvailable = 0x0080;
    private const ushort PointerToQuestion = 0xC00C, OwnPayloadSize = 1232;
    private const int TimeToLive = 5, RecordHead = 12, OptionSize = 11, FlagsAt = 2;

    /// <summary>Writes an answer whose records have the question's name; one that is too long is cut, and says so.</summary>
    internal static byte[] Write(ReadOnlySpan<byte> message, in DnsQuery query, DnsCode code, bool isOurs, IReadOnlyList<(ushort Type, byte[] Data)> records, int limit)
    {
        bool hasOption = query.PayloadSize > 0;
        int length = query.End + (hasOption ? OptionSize : 0);
        foreach ((ushort _, byte[] data) in records)
            length += RecordHead + data.Length;
        bool fits = length <= limit;
        int count = fits ? records.Count : 0;
        byte[] answer = new byte[fits ? length : query.End + (hasOption ? OptionSize : 0)];
        message[..query.End].CopyTo(answer);
        ushort asked = BinaryPrimitives.ReadUInt16BigEndian(message[FlagsAt..]);
        int flags = Response | RecursionAvailable | (asked & RecursionDesired) | (isOurs ? Authoritative : 0) | (fits ? 0 : Truncated) | (int)code;
        WriteHead(answer, query.Id, (ushort)flags, (ushort)(query.End > DnsQuery.HeadSize ? 1 : 0), (ushort)count, (ushort)(hasOption ? 1 : 0));
        Span<byte> rest = answer.AsSpan(query.End);
        for (int i = 0; i < count; i++)
        {
            (ushort type, byte[] data) = records[i];
            BinaryPrimitives.WriteUInt16BigEndian(rest, PointerToQuestion);
            BinaryPrimitives.WriteUInt16BigEndian(rest[2..], type);
            BinaryPrimitives.WriteUInt16BigEndian(rest[4..], DnsType.ClassInternet);
            BinaryPrimitives.WriteInt32BigEndian(rest[6..], TimeToLive);
            BinaryPrimitives.WriteUInt16BigEndian(rest[10..], (ushort)data.Length);
            data.CopyTo(rest[RecordHead..]);
            rest = rest[(RecordHead + data.Length)..];
        }
        if (hasOption)
        {
            rest.Clear();
            BinaryPrimitives.WriteUInt16BigEndian(rest[1..], DnsType.OPT);
            BinaryPrimitives.WriteUInt16BigEndian(rest[3..], OwnPayloadSize);
        }
        return answer;
    }

    /// <summary>An answer without records.</summary>
    internal static byte[] Write(ReadOnlySpan<byte> message, in DnsQuery query, DnsCode code, bool isOurs = false) =>
        Write(message, query, code, isOurs, [], LargestSize);

    /// <summary>Another server's answer, as it fits into a datagram.</summary>
    internal static byte[] Fit(byte[] answer, ReadOnlySpan<byte> message, in DnsQuery query)
    {
        int limit = Math.Max(UsualSize, (int)query.PayloadSize);
        if (answer.Length <= limit)
            return answer;
        byte[] cut = Write(message, query, (DnsCode)(answer[3] & 0x0F));
        cut[FlagsAt] |= Truncated >> 8;
        return cut;
    }

    /// <summary>The data of a record that is a name.</summary>
    internal static byte[] NameData(string name)
    {
        List<byte> data = [];
        foreach (string label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            byte[] bytes = [.. System.Text.Encoding.UTF8.GetBytes(label).Take(63)];
            data.Add((byte)bytes.Length);
            data.AddRange(bytes);
        }
        data.Add(0);
        return [.. data];
    }

    private static void WriteHead(Span<byte> answer, ushort id, ushort flags, ushort questions, ushort answers, ushort additional)
    {
        ReadOnlySpan<ushort> words = [id, flags, questions, answers, 0, additional];
        for (int i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt16BigEndian(answer[(2 * i)..], words[i]);
    }
}
