using System.Text;

namespace Zonix.Cli;

/// <summary>Lines of words in columns, as docker and ps print them: no line is broken, so that programs can read them too.</summary>
internal sealed class Columns
{
    private const int Gap = 3;
    private readonly List<string[]> lines = [];

    internal Columns(params string[] titles) => lines.Add(titles);

    internal void Add(params string[] words) => lines.Add(words);

    internal void Print()
    {
        int[] widths = new int[lines.Max(line => line.Length)];
        foreach (string[] line in lines)
        {
            for (int i = 0; i < line.Length; i++)
                widths[i] = Math.Max(widths[i], line[i].Length);
        }

        var text = new StringBuilder();
        foreach (string[] line in lines)
        {
            int start = text.Length;
            for (int i = 0; i < line.Length; i++)
                text.Append(i == line.Length - 1 ? line[i] : line[i].PadRight(widths[i] + Gap));
            while (text.Length > start && text[^1] == ' ')
                text.Length--;
            text.Append('\n');
        }

        Console.Out.Write(text);
    }
}
