using System.Buffers.Binary;

namespace Zonix.FileSystems.Devices.Loop;

/// <summary>Where the fields of struct loop_info64, or of the older struct loop_info of x86-64 or i386, lie.</summary>
internal readonly record struct LoopLayout(bool IsWide, bool IsI386 = false)
{
    /// <summary>The larger of both sizes.</summary>
    public const int MaxSize = 232;

    private const uint LO_FLAGS_READ_ONLY = 1, LO_FLAGS_AUTOCLEAR = 4;
    private const int NameSize = 64;

    /// <summary>Size of the structure.</summary>
    public int Size => IsWide ? MaxSize : IsI386 ? 140 : 168;

    /// <summary>Where the kind of encryption lies: there is none.</summary>
    public int EncryptionAt => IsWide ? 44 : OffsetAt + 4;

    private int FlagsAt => IsWide ? 52 : OffsetAt + 12;

    private int NameAt => FlagsAt + 4;

    // int, dev_t, ulong, dev_t: numbers of devices have 16 bits in i386.
    private int OffsetAt => IsI386 ? 16 : 32;

    /// <summary>What the structure says. Of the flags only LO_FLAGS_AUTOCLEAR can be changed later.</summary>
    public LoopSettings Read(ReadOnlySpan<byte> info, LoopSettings old, bool all)
    {
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(info[FlagsAt..]);
        ReadOnlySpan<byte> name = info.Slice(NameAt, NameSize - 1);
        int end = name.IndexOf((byte)0);
        return old with
        {
            Offset = IsWide ? BinaryPrimitives.ReadInt64LittleEndian(info[24..]) : BinaryPrimitives.ReadInt32LittleEndian(info[OffsetAt..]),
            SizeLimit = IsWide ? BinaryPrimitives.ReadInt64LittleEndian(info[32..]) : 0,
            IsReadOnly = all ? (flags & LO_FLAGS_READ_ONLY) != 0 : old.IsReadOnly,
            ClearsItself = (flags & LO_FLAGS_AUTOCLEAR) != 0,
            Name = (end < 0 ? name : name[..end]).ToArray(),
        };
    }

    /// <summary>Fills the structure.</summary>
    public void Write(Span<byte> info, LoopDevice device, in InodeAttributes file)
    {
        LoopSettings settings = device.Settings;
        info.Clear();
        ulong fileDevice = LinuxStat.EncodeDevice(file.Device);
        if (IsWide)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(info, fileDevice);
            BinaryPrimitives.WriteUInt64LittleEndian(info[8..], file.Inode);
            BinaryPrimitives.WriteUInt64LittleEndian(info[16..], LinuxStat.EncodeDevice(file.Rdev));
            BinaryPrimitives.WriteInt64LittleEndian(info[24..], settings.Offset);
            BinaryPrimitives.WriteInt64LittleEndian(info[32..], settings.SizeLimit);
            BinaryPrimitives.WriteInt32LittleEndian(info[40..], device.Number);
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(info, device.Number);
            BinaryPrimitives.WriteInt32LittleEndian(info[OffsetAt..], (int)settings.Offset);
            if (IsI386)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(info[4..], (ushort)fileDevice);
                BinaryPrimitives.WriteUInt32LittleEndian(info[8..], (uint)file.Inode);
                BinaryPrimitives.WriteUInt16LittleEndian(info[12..], (ushort)LinuxStat.EncodeDevice(file.Rdev));
            }
            else
            {
                BinaryPrimitives.WriteUInt64LittleEndian(info[8..], fileDevice);
                BinaryPrimitives.WriteUInt64LittleEndian(info[16..], file.Inode);
                BinaryPrimitives.WriteUInt64LittleEndian(info[24..], LinuxStat.EncodeDevice(file.Rdev));
            }
        }
        uint flags = (settings.IsReadOnly ? LO_FLAGS_READ_ONLY : 0) | (settings.ClearsItself ? LO_FLAGS_AUTOCLEAR : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(info[FlagsAt..], flags);
        settings.Name.CopyTo(info[NameAt..]);
    }
}
