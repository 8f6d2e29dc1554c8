namespace Zonix.Differential;

/// <summary>Pointers with selectors, and bounds: laid into memory first, as the generator does not know what is there.</summary>
internal sealed partial class I386Generator
{
    private const byte CodeSelector = 0x23, DataSelector = 0x2B;

    /// <summary>Stores two words at [ebx + displacement]: mov dword [ebx + disp8], imm32.</summary>
    private byte StorePair(uint first, uint second)
    {
        byte at = (byte)_random.Below(0x70);
        StoreWord(at, first);
        StoreWord((byte)(at + 4), second);
        return at;
    }

    private void StoreWord(byte at, uint value) =>
        EmitBytes(0xC7, 0x43, at, (byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24));

    private void EmitFarCall()
    {
        uint target = Here + 9;
        byte[] back = _random.Percent(50) ? [0xCB] : [0xCA, 0, 0];
        EmitCall([0x9A, (byte)target, (byte)(target >> 8), (byte)(target >> 16), (byte)(target >> 24), CodeSelector, 0], back);
    }

    /// <summary>call far [mem] behind a jump, or jmp far [mem].</summary>
    private void EmitFarThroughMemory()
    {
        const uint StoredBytes = 14, TransferBytes = 3, JumpBytes = 2;
        uint next = Here + StoredBytes + TransferBytes;
        if (_random.Percent(50))
        {
            EmitBytes(0xFF, 0x6B, StorePair(next, CodeSelector));
            return;
        }

        byte at = StorePair(next + JumpBytes, CodeSelector);
        EmitCall([0xFF, 0x5B, at], [0xCB]);
    }

    /// <summary>bound eax, [mem] within the bounds, of 32 and 16 bits.</summary>
    private void EmitBound()
    {
        if (_random.Percent(50))
        {
            int low = (int)InterestingValues.Word(_random) >> 1;
            byte at = StorePair((uint)low, (uint)low + 100);
            SetRegister(0, (uint)(low + _random.Below(101)));
            EmitBytes(0x62, 0x43, at);
            return;
        }

        short first = (short)(InterestingValues.Word(_random) & 0x3FFF);
        byte place = StorePair((ushort)-first | ((uint)(ushort)(first + 1) << 16), 0);
        SetRegister(0, (uint)(first + _random.Below(2)));
        EmitBytes(0x66, 0x62, 0x43, place);
    }

    /// <summary>lds, les, lss with the selector of flat data; moves of it into ds and es.</summary>
    private void EmitPointerLoad()
    {
        byte register = (byte)_random.Below(3);
        byte at = StorePair((uint)InterestingValues.Word(_random), DataSelector);
        byte form = (byte)(0x43 | (register << 3));
        switch (_random.Below(4))
        {
            case 0:
                EmitBytes(0xC5, form, at);
                break;
            case 1:
                EmitBytes(0xC4, form, at);
                break;
            case 2:
                EmitBytes(0x0F, 0xB2, form, at);
                break;
            default:
                EmitBytes(0x8E, (byte)(_random.Percent(50) ? 0x5B : 0x43), (byte)(at + 4));
                break;
        }
    }
}
