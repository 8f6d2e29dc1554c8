using System.Text;

namespace Zonix.Lx.Vdso;

/// <summary>A string table of an ELF file. It starts with the empty string.</summary>
internal sealed class StringTable
{
    private readonly List<byte> _bytes = [0];
    private readonly Dictionary<string, int> _offsets = [];

    internal ReadOnlySpan<byte> Bytes => _bytes.ToArray();

    internal int Add(string text)
    {
        int offset = _bytes.Count;
        _bytes.AddRange(Encoding.ASCII.GetBytes(text));
        _bytes.Add(0);
        _offsets[text] = offset;
        return offset;
    }

    internal int Find(string text) => _offsets[text];
}
