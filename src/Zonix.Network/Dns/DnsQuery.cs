using System.Buffers.Binary;
using System.Text;

namespace Zonix.Network.Dns;

/// <summary>A question as it came. RFC 1035, RFC 6891.</summary>
/// <param name="Id">The asker's number.</param>
/// <param name="Name">The name, in lower case, without a dot at its end; empty: the root.</param>
/// <param name="Type">The type of record that is asked for.</param>
/// <param name="Class">1: the Internet.</param>
/// <param name="End">Where the question ends in the message.</param>
/// <param name="PayloadSize">Bytes of the largest datagram that the asker takes; 0: it said nothing, 512.</param>
internal readonly record struct DnsQuery(ushort Id, string Name, ushort Type, ushort Class, int End, ushort PayloadSize)
{
    internal const int HeadSize = 12;
    private const int LongestName = 255, LongestLabel = 63, QuestionTail = 4, RecordHead = 10;
    private const ushort ResponseFlag = 0x8000, OpcodeMask = 0x7800;

    /// <summary>Reads a question. False with NoError: it is none, and gets no answer; else <paramref name="code"/> is its answer.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> message, out DnsQuery query, out DnsCode code)
    {
        query = default;
        code = DnsCode.NoError;
        if (message.Length < HeadSize)
            return false;
        ushort id = BinaryPrimitives.ReadUInt16BigEndian(message), flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        query = new DnsQuery(id, "", 0, 0, HeadSize, 0);
        if ((flags & ResponseFlag) != 0)
            return false;
        code = (flags & OpcodeMask) != 0 ? DnsCode.NotImplemented : DnsCode.FormatError;
        if (code == DnsCode.NotImplemented || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1 || !TryReadName(message, HeadSize, out string name, out int at))
            return false;
        if (at + QuestionTail > message.Length)
            return false;
        query = new DnsQuery(
            id, name, BinaryPrimitives.ReadUInt16BigEndian(message[at..]), BinaryPrimitives.ReadUInt16BigEndian(message[(at + 2)..]), at + QuestionTail, 0);
        int records = 0;
        for (int section = 6; section < HeadSize; section += 2)
            records += BinaryPrimitives.ReadUInt16BigEndian(message[section..]);
        if (!TryFindSize(message, query.End, records, out ushort size))
            return false;
        query = query with { PayloadSize = size };
        code = DnsCode.NoError;
        return true;
    }

    // The name of a question is written out: there is nothing before it that a pointer could mean.
    private static bool TryReadName(ReadOnlySpan<byte> message, int at, out string name, out int end)
    {
        var text = new StringBuilder();
        name = "";
        end = at;
        while (at < message.Length)
        {
            int length = message[at++];
            if (length == 0)
            {
                name = text.ToString();
                return (end = at) - HeadSize <= LongestName;
            }
            if (length > LongestLabel || at + length > message.Length)
                return false;
            if (text.Length > 0)
                text.Append('.');
            foreach (byte b in message.Slice(at, length))
                text.Append(b == '.' ? '\uFFFD' : (char)(b is >= (byte)'A' and <= (byte)'Z' ? b | 0x20 : b));
            at += length;
        }
        return false;
    }

    // What the asker says of itself is in a record of type OPT behind the question.
    private static bool TryFindSize(ReadOnlySpan<byte> message, int at, int records, out ushort size)
    {
        size = 0;
        for (; records > 0; records--)
        {
            while (at < message.Length && message[at] is > 0 and <= LongestLabel)
                at += message[at] + 1;
            at += at < message.Length && message[at] >= 0xC0 ? 2 : 1;
            if (at + RecordHead > message.Length)
                return false;
            if (BinaryPrimitives.ReadUInt16BigEndian(message[at..]) == DnsType.OPT)
                size = Math.Max((ushort)512, BinaryPrimitives.ReadUInt16BigEndian(message[(at + 2)..]));
            at += RecordHead + BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
        }
        return at <= message.Length;
    }
}
