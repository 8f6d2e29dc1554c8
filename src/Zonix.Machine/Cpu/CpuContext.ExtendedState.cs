using System.Buffers.Binary;
using System.Runtime.Intrinsics.X86;

namespace Zonix.Machine;

/// <summary>
/// x87, SSE, AVX and AVX-512 state in the standard (not compacted) format of XSAVE: Intel SDM volume 1, chapter 13.
/// </summary>
public sealed unsafe partial class CpuContext
{
    private const int LegacySize = 512;
    private const int HeaderSize = 64;
    private const int AvxOffset = LegacySize + HeaderSize;
    private const uint MxcsrMask = 0xFFFF;

    // Where a component lies differs between CPUs; guests find it by cpuid as well (leaf 0xD, EBX of the component).
    private static readonly int s_opmaskOffset = ComponentOffset(5);
    private static readonly int s_zmmHighOffset = ComponentOffset(6);
    private static readonly int s_highZmmOffset = ComponentOffset(7);

    /// <summary>Bits of XCR0 whose state the image holds: x87, SSE, AVX, and opmask, ZMM_Hi256, Hi16_ZMM where the CPU has them.</summary>
    public static ulong ExtendedFeatures => ProcessStubs.Shared.VectorBytes switch { 64 => 0xE7, 32 => 7, _ => 3 };

    /// <summary>Bytes of an image with all of <see cref="ExtendedFeatures"/>.</summary>
    public static int ExtendedStateSize => ProcessStubs.Shared.VectorBytes switch { 64 => s_highZmmOffset + (16 * 64), 32 => AvxOffset + 256, _ => AvxOffset };

    /// <summary>Writes the state; the destination must have <see cref="ExtendedStateSize"/> bytes.</summary>
    public void SaveExtendedState(Span<byte> image)
    {
        image = image[..ExtendedStateSize];
        image.Clear();
        new ReadOnlySpan<byte>(State->Fpu, LegacySize).CopyTo(image);
        BinaryPrimitives.WriteUInt32LittleEndian(image[24..], State->Mxcsr);
        BinaryPrimitives.WriteUInt32LittleEndian(image[28..], MxcsrMask);
        image[416..LegacySize].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(image[LegacySize..], ExtendedFeatures);
        int width = ProcessStubs.Shared.VectorBytes;
        for (int i = 0; i < 16; i++)
        {
            Vector(i, 0, 16).CopyTo(image[(160 + (i * 16))..]);
            if (width >= 32)
                Vector(i, 16, 16).CopyTo(image[(AvxOffset + (i * 16))..]);
            if (width < 64)
                continue;
            Vector(i, 32, 32).CopyTo(image[(s_zmmHighOffset + (i * 32))..]);
            Vector(16 + i, 0, 64).CopyTo(image[(s_highZmmOffset + (i * 64))..]);
        }

        if (width == 64)
            new ReadOnlySpan<byte>(State->Opmasks, 64).CopyTo(image[s_opmaskOffset..]);
    }

    /// <summary>Loads the state that an image describes; parts whose header bit is clear are initialised, as XRSTOR does.</summary>
    /// <param name="image">An XSAVE image, or the 512 bytes of FXSAVE alone.</param>
    /// <returns>False when reserved bits are set; nothing is changed then.</returns>
    public bool LoadExtendedState(ReadOnlySpan<byte> image)
    {
        uint mxcsr = BinaryPrimitives.ReadUInt32LittleEndian(image[24..]);
        ulong present = image.Length > LegacySize ? BinaryPrimitives.ReadUInt64LittleEndian(image[LegacySize..]) : 3;
        if ((mxcsr & ~MxcsrMask) != 0 || (present & ~ExtendedFeatures) != 0)
            return false;
        if (image.Length > LegacySize && image[(LegacySize + 8)..AvxOffset].ContainsAnyExcept((byte)0))
            return false;
        ResetExtendedState();
        if ((present & 1) != 0)
            image[..160].CopyTo(new Span<byte>(State->Fpu, 160));
        State->Mxcsr = (present & 6) != 0 ? mxcsr : DefaultMxcsr;
        BinaryPrimitives.WriteUInt32LittleEndian(new Span<byte>(State->Fpu + 24, 4), State->Mxcsr);
        LoadVectors(image, present);
        return true;
    }

    /// <summary>The state after execve(2).</summary>
    public void ResetExtendedState()
    {
        new Span<byte>(State->Vectors, 32 * 64).Clear();
        new Span<byte>(State->Opmasks, 64).Clear();
        var fpu = new Span<byte>(State->Fpu, LegacySize);
        fpu.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(fpu, 0x37F);
        BinaryPrimitives.WriteUInt32LittleEndian(fpu[24..], DefaultMxcsr);
        State->Mxcsr = DefaultMxcsr;
    }

    private static int ComponentOffset(int component) => X86Base.CpuId(0xD, component).Ebx;

    private Span<byte> Vector(int register, int start, int length) => new(State->Vectors + (register * 64) + start, length);

    private void LoadVectors(ReadOnlySpan<byte> image, ulong present)
    {
        for (int i = 0; i < 16; i++)
        {
            if ((present & 2) != 0)
                image.Slice(160 + (i * 16), 16).CopyTo(Vector(i, 0, 16));
            if ((present & 4) != 0)
                image.Slice(AvxOffset + (i * 16), 16).CopyTo(Vector(i, 16, 16));
            if ((present & 0x40) != 0)
                image.Slice(s_zmmHighOffset + (i * 32), 32).CopyTo(Vector(i, 32, 32));
            if ((present & 0x80) != 0)
                image.Slice(s_highZmmOffset + (i * 64), 64).CopyTo(Vector(16 + i, 0, 64));
        }

        if ((present & 0x20) != 0)
            image.Slice(s_opmaskOffset, 64).CopyTo(new Span<byte>(State->Opmasks, 64));
    }
}
