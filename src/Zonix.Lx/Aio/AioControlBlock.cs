using System.Buffers.Binary;

namespace Zonix.Lx.Aio;

/// <summary>A request as the program writes it: struct iocb. io_submit(2).</summary>
internal readonly struct AioControlBlock
{
    public const int Size = 64;

    public AioControlBlock(ReadOnlySpan<byte> bytes)
    {
        Data = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        RwFlags = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        Opcode = (AioOpcode)BinaryPrimitives.ReadUInt16LittleEndian(bytes[16..]);
        Fd = new Fd(BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]));
        Buffer = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
        Length = BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]);
        Offset = BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]);
        Reserved = BinaryPrimitives.ReadUInt64LittleEndian(bytes[48..]);
        Flags = BinaryPrimitives.ReadUInt32LittleEndian(bytes[56..]);
        EventFd = new Fd(BinaryPrimitives.ReadInt32LittleEndian(bytes[60..]));
    }

    public ulong Data { get; }

    public uint RwFlags { get; }

    public AioOpcode Opcode { get; }

    public Fd Fd { get; }

    public ulong Buffer { get; }

    public ulong Length { get; }

    public long Offset { get; }

    public ulong Reserved { get; }

    public uint Flags { get; }

    public Fd EventFd { get; }
}
