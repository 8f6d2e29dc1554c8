using Zonix.Abi;

namespace Zonix.Lx.Loader;

/// <summary>The <c>#!</c> line of a script: interpreter and at most one argument. execve(2), "Interpreter scripts".</summary>
internal readonly record struct ScriptHeader(byte[] Interpreter, byte[]? Argument)
{
    /// <summary>Whether the file starts as a script does.</summary>
    internal static bool HasMagic(ReadOnlySpan<byte> head) => head.StartsWith("#!"u8);

    /// <summary>
    /// Parses the first <see cref="ElfLimits.BINPRM_BUF_SIZE"/> bytes of a file (fewer when the file is shorter); false
    /// where Linux answers ENOEXEC. The rules are those of Linux's binfmt_script.
    /// </summary>
    internal static bool TryParse(ReadOnlySpan<byte> head, out ScriptHeader header)
    {
        header = default;
        if (!HasMagic(head))
            return false;
        Span<byte> line = stackalloc byte[ElfLimits.BINPRM_BUF_SIZE];
        line.Clear();
        head[..Math.Min(head.Length, line.Length)].CopyTo(line);

        // strnchr() stops at a NUL.
        int end = line.IndexOfAny((byte)'\n', (byte)0);
        if (end < 0 || line[end] == 0)
        {
            int last = line.Length - 1;
            int name = NextNonBlank(line, 2, last);
            if (name < 0 || NextTerminator(line, name, last) < 0)
                return false; // nothing but blanks, or a path that is cut off
            end = last;
        }

        while (IsBlank(line[end - 1]))
            end--;
        int nameStart = NextNonBlank(line, 2, end);
        if (nameStart < 0 || nameStart == end)
            return false;
        int nameEnd = NextTerminator(line, nameStart, end);
        int argument = nameEnd >= 0 && line[nameEnd] != 0 ? NextNonBlank(line, nameEnd, end) : -1;
        line[end] = 0;
        header = new ScriptHeader(
            CString(line[nameStart..(argument >= 0 ? nameEnd : line.Length)]),
            argument >= 0 ? CString(line[argument..]) : null);
        return true;
    }

    private static byte[] CString(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)0);
        return (end < 0 ? text : text[..end]).ToArray();
    }

    private static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t';

    private static int NextNonBlank(ReadOnlySpan<byte> line, int first, int last)
    {
        for (; first <= last; first++)
        {
            if (!IsBlank(line[first]))
                return first;
        }

        return -1;
    }

    private static int NextTerminator(ReadOnlySpan<byte> line, int first, int last)
    {
        for (; first <= last; first++)
        {
            if (IsBlank(line[first]) || line[first] == 0)
                return first;
        }

        return -1;
    }
}
