using System.Buffers.Binary;

namespace Zonix.Lx.Uring;

/// <summary>A request as the program writes it: struct io_uring_sqe.</summary>
internal readonly struct SubmissionEntry
{
    public const int Size = 64;

    public SubmissionEntry(ReadOnlySpan<byte> bytes)
    {
        Opcode = (UringOpcode)bytes[0];
        Flags = (UringRequestFlags)bytes[1];
        Priority = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        Fd = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        Offset = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        Address = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        Length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]);
        OperationFlags = BinaryPrimitives.ReadUInt32LittleEndian(bytes[28..]);
        UserData = BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]);
        BufferIndex = BinaryPrimitives.ReadUInt16LittleEndian(bytes[40..]);
        Personality = BinaryPrimitives.ReadUInt16LittleEndian(bytes[42..]);
        SpliceFd = BinaryPrimitives.ReadInt32LittleEndian(bytes[44..]);
        Address3 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[48..]);
    }

    public UringOpcode Opcode { get; }

    public UringRequestFlags Flags { get; }

    public ushort Priority { get; }

    public int Fd { get; }

    /// <summary>off, or addr2.</summary>
    public ulong Offset { get; }

    public ulong Address { get; }

    public uint Length { get; }

    /// <summary>rw_flags and its like.</summary>
    public uint OperationFlags { get; }

    public ulong UserData { get; }

    public ushort BufferIndex { get; }

    public ushort Personality { get; }

    /// <summary>splice_fd_in, or file_index.</summary>
    public int SpliceFd { get; }

    public ulong Address3 { get; }
}
