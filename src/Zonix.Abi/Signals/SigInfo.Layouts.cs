using System.Buffers.Binary;

namespace Zonix.Abi;

/// <summary>The layouts of siginfo_t: that of i386 follows from what the union holds.</summary>
public partial struct SigInfo : IGuestStructure<SigInfo>
{
    private const int Size = 128;

    // Linux: siginfo_layout() of kernel/signal.c.
    private enum Union
    {
        Sender,
        Child,
        Fault,
        Poll,
        Call,
    }

    /// <inheritdoc/>
    public static int SizeOf(GuestAbi abi) => Size;

    /// <inheritdoc/>
    public static ReadOnlySpan<ushort> OffsetsOf(GuestAbi abi) => abi == GuestAbi.X64 ? [0, 4, 8, 16] : [0, 4, 8, 12];

    /// <inheritdoc/>
    public static void Write(in SigInfo value, GuestAbi abi, Span<byte> to)
    {
        to[..Size].Clear();
        BinaryPrimitives.WriteInt32LittleEndian(to, value.Signo);
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], value.Errno);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], value.Code);
        if (abi == GuestAbi.X64)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to[16..], value.Word0);
            BinaryPrimitives.WriteUInt64LittleEndian(to[24..], value.Word1);
            BinaryPrimitives.WriteUInt64LittleEndian(to[32..], value.Word2);
            BinaryPrimitives.WriteUInt64LittleEndian(to[40..], value.Word3);
            return;
        }

        Span<byte> union = to[12..];
        switch (UnionOf(value.Signo, value.Code))
        {
            case Union.Fault:
                Put(union, 0, value.Word0);
                // si_addr_lsb, or si_lower and si_upper or si_pkey behind it.
                Put(union, 4, value.Word1);
                Put(union, 8, value.Word2);
                Put(union, 12, value.Word3);
                break;
            case Union.Poll:
                Put(union, 0, value.Word0);
                Put(union, 4, value.Word1);
                break;
            case Union.Call:
                Put(union, 0, value.Word0);
                BinaryPrimitives.WriteUInt64LittleEndian(union[4..], value.Word1);
                break;
            case Union.Child:
                BinaryPrimitives.WriteUInt64LittleEndian(union, value.Word0);
                Put(union, 8, value.Word1);
                Put(union, 12, value.Word2);
                Put(union, 16, value.Word3);
                break;
            default:
                BinaryPrimitives.WriteUInt64LittleEndian(union, value.Word0);
                Put(union, 8, value.Word1);
                break;
        }
    }

    /// <inheritdoc/>
    public static SigInfo Read(GuestAbi abi, ReadOnlySpan<byte> from)
    {
        var value = new SigInfo
        {
            Signo = BinaryPrimitives.ReadInt32LittleEndian(from),
            Errno = BinaryPrimitives.ReadInt32LittleEndian(from[4..]),
            Code = BinaryPrimitives.ReadInt32LittleEndian(from[8..]),
        };
        if (abi == GuestAbi.X64)
        {
            value.Word0 = BinaryPrimitives.ReadUInt64LittleEndian(from[16..]);
            value.Word1 = BinaryPrimitives.ReadUInt64LittleEndian(from[24..]);
            value.Word2 = BinaryPrimitives.ReadUInt64LittleEndian(from[32..]);
            value.Word3 = BinaryPrimitives.ReadUInt64LittleEndian(from[40..]);
            return value;
        }

        ReadOnlySpan<byte> union = from[12..];
        switch (UnionOf(value.Signo, value.Code))
        {
            case Union.Fault:
                (value.Word0, value.Word1, value.Word2, value.Word3) = (Get(union, 0), Get(union, 4), Get(union, 8), Get(union, 12));
                break;
            case Union.Poll:
                (value.Word0, value.Word1) = (Get(union, 0), Get(union, 4));
                break;
            case Union.Call:
                (value.Word0, value.Word1) = (Get(union, 0), BinaryPrimitives.ReadUInt64LittleEndian(union[4..]));
                break;
            case Union.Child:
                value.Word0 = BinaryPrimitives.ReadUInt64LittleEndian(union);
                (value.Word1, value.Word2, value.Word3) = (Get(union, 8), Get(union, 12), Get(union, 16));
                break;
            default:
                (value.Word0, value.Word1) = (BinaryPrimitives.ReadUInt64LittleEndian(union), Get(union, 8));
                break;
        }

        return value;
    }

    private static Union UnionOf(int signo, int code)
    {
        if (code is > SigCode.SI_USER and < SigCode.SI_KERNEL)
        {
            switch ((Signal)signo)
            {
                case Signal.SIGILL or Signal.SIGFPE or Signal.SIGSEGV or Signal.SIGBUS or Signal.SIGTRAP:
                    return Union.Fault;
                case Signal.SIGCHLD:
                    return Union.Child;
                case Signal.SIGSYS:
                    return Union.Call;
            }

            const int lastOfPoll = 6; // NSIGPOLL
            return code <= lastOfPoll ? Union.Poll : Union.Sender;
        }

        return code == SigCode.SI_SIGIO ? Union.Poll : Union.Sender;
    }

    private static void Put(Span<byte> union, int at, ulong word) => BinaryPrimitives.WriteUInt32LittleEndian(union[at..], (uint)word);

    private static ulong Get(ReadOnlySpan<byte> union, int at) => BinaryPrimitives.ReadUInt32LittleEndian(union[at..]);
}
