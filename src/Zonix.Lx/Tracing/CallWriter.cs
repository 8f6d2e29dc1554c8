using System.Globalization;
using System.Text;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Tracing;

/// <summary>Builds one line of a trace, as strace(1) shows calls. The generated formats call it argument by argument.</summary>
internal sealed class CallWriter(KernelTask task)
{
    private const int MaxString = 32;
    private const int MaxPath = 4096;

    private readonly StringBuilder line = new();
    private readonly ulong[] arguments = new ulong[6];
    private int shown;
    private bool firstFlag;

    /// <summary>What the call has answered, for those that are shown when they are over.</summary>
    internal long Result { get; set; }

    internal ulong this[int index] => arguments[index];

    internal void Load(ulong a0, ulong a1, ulong a2, ulong a3, ulong a4, ulong a5)
    {
        line.Clear();
        shown = 0;
        arguments[0] = a0;
        arguments[1] = a1;
        arguments[2] = a2;
        arguments[3] = a3;
        arguments[4] = a4;
        arguments[5] = a5;
    }

    /// <summary>The argument is a number in two registers, of which this is the lower half.</summary>
    internal void Join(int index) => arguments[index] = (uint)arguments[index] | (arguments[index + 1] << 32);

    internal void Begin(string name) => line.Append(name).Append('(');

    internal string End()
    {
        line.Append(')');
        return line.ToString();
    }

    internal void Fd(int index)
    {
        Separate();
        var fd = (int)arguments[index];
        _ = fd == -100 ? line.Append("AT_FDCWD") : line.Append(CultureInfo.InvariantCulture, $"{fd}");
    }

    internal void Signed32(int index)
    {
        Separate();
        line.Append(CultureInfo.InvariantCulture, $"{(int)arguments[index]}");
    }

    internal void Unsigned32(int index)
    {
        Separate();
        line.Append(CultureInfo.InvariantCulture, $"{(uint)arguments[index]}");
    }

    internal void Signed64(int index)
    {
        Separate();
        line.Append(CultureInfo.InvariantCulture, $"{(long)arguments[index]}");
    }

    internal void Unsigned64(int index)
    {
        Separate();
        line.Append(CultureInfo.InvariantCulture, $"{arguments[index]}");
    }

    internal void Mode(int index)
    {
        Separate();
        var mode = (uint)arguments[index];
        line.Append('0');
        if (mode != 0)
        {
            line.Append(Convert.ToString(mode, 8).PadLeft(3, '0'));
        }
    }

    /// <summary>The mode of a file that open(2) may make: shown only when the flags ask for one.</summary>
    internal void CreateMode(int index, int flagsIndex)
    {
        const ulong creating = 0x40 | 0x40_0000; // O_CREAT, __O_TMPFILE
        if ((arguments[flagsIndex] & creating) != 0)
        {
            Mode(index);
        }
    }

    internal void Hex(int index)
    {
        Separate();
        _ = arguments[index] == 0 ? line.Append('0') : line.Append(CultureInfo.InvariantCulture, $"0x{arguments[index]:x}");
    }

    /// <summary>A buffer that the call has filled with as many bytes as it answered.</summary>
    internal void FilledBuffer(int index)
    {
        Separate();
        Span<byte> text = stackalloc byte[MaxString];
        text = text[..(int)Math.Clamp(Result, 0, MaxString)];
        if (Result < 0 || task.Memory.CopyIn(new UserAddress(arguments[index]), text) != (nuint)text.Length)
        {
            AppendPointer(arguments[index]);
            return;
        }

        AppendQuoted(text, Result > MaxString);
    }

    internal void Pointer(int index)
    {
        Separate();
        AppendPointer(arguments[index]);
    }

    internal void CString(int index)
    {
        Separate();
        var address = arguments[index];
        if (address == 0)
        {
            line.Append("NULL");
            return;
        }

        Span<byte> text = stackalloc byte[MaxPath];
        var length = task.Memory.CopyInString(new UserAddress(address), text);
        if (length < 0)
        {
            AppendPointer(address);
            return;
        }

        AppendQuoted(text[..length], false);
    }

    /// <summary>A buffer whose length is another argument.</summary>
    internal void Buffer(int index, int lengthIndex)
    {
        Separate();
        var length = arguments[lengthIndex];
        Span<byte> text = stackalloc byte[MaxString];
        text = text[..(int)Math.Min(length, MaxString)];
        if (arguments[index] == 0 || (int)task.Memory.CopyIn(new UserAddress(arguments[index]), text) < text.Length)
        {
            AppendPointer(arguments[index]);
            return;
        }

        AppendQuoted(text, length > MaxString);
    }

    internal void Text(string text)
    {
        Separate();
        line.Append(text);
    }

    internal void Unknown(ulong value)
    {
        Separate();
        line.Append(CultureInfo.InvariantCulture, $"0x{value:x}");
    }

    internal void BeginFlags()
    {
        Separate();
        firstFlag = true;
    }

    internal void Flag(string name)
    {
        if (!firstFlag)
        {
            line.Append('|');
        }

        firstFlag = false;
        line.Append(name);
    }

    /// <summary>Unnamed bits in hexadecimal; the name for "no bits" where nothing else was shown, or where it is always shown (O_RDONLY).</summary>
    internal void EndFlags(ulong rest, string? zeroName, bool isZero)
    {
        if (isZero && zeroName is not null)
        {
            if (firstFlag)
            {
                Flag(zeroName);
            }
            else
            {
                InsertFirst(zeroName);
            }
        }

        if (rest != 0)
        {
            Flag(string.Create(CultureInfo.InvariantCulture, $"0x{rest:x}"));
        }

        if (firstFlag)
        {
            line.Append('0');
        }
    }

    private void InsertFirst(string name)
    {
        var text = line.ToString();
        var start = Math.Max(text.LastIndexOf(' '), text.LastIndexOf('(')) + 1;
        line.Insert(start, name + "|");
    }

    private void Separate()
    {
        if (shown++ > 0)
        {
            line.Append(", ");
        }
    }

    private void AppendPointer(ulong address)
    {
        _ = address == 0 ? line.Append("NULL") : line.Append(CultureInfo.InvariantCulture, $"0x{address:x}");
    }

    private void AppendQuoted(ReadOnlySpan<byte> text, bool truncated)
    {
        line.Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            AppendEscaped(text[i], i + 1 < text.Length && text[i + 1] is >= (byte)'0' and <= (byte)'9');
        }

        line.Append(truncated ? "\"..." : "\"");
    }

    private void AppendEscaped(byte value, bool digitFollows)
    {
        var escaped = value switch
        {
            (byte)'\n' => "\\n",
            (byte)'\r' => "\\r",
            (byte)'\t' => "\\t",
            (byte)'\v' => "\\v",
            (byte)'\f' => "\\f",
            (byte)'"' => "\\\"",
            (byte)'\\' => "\\\\",
            >= 0x20 and < 0x7F => null,
            _ => "\\" + (digitFollows ? Convert.ToString(value, 8).PadLeft(3, '0') : Convert.ToString(value, 8)),
        };
        _ = escaped is null ? line.Append((char)value) : line.Append(escaped);
    }
}
