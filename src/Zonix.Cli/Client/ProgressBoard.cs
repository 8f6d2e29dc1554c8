using System.Globalization;
using Zonix.Api.Docker;

namespace Zonix.Cli.Client;

/// <summary>
/// Shows how far the parts of a long request are: at a terminal a line for each, redrawn in its place with a bar, elsewhere a line for
/// each change.
/// </summary>
internal sealed class ProgressBoard(TextWriter target, bool isTerminal)
{
    private const int BarWidth = 30, UsualColumns = 80;
    private readonly List<string> order = [];
    private readonly Dictionary<string, string> lines = [];

    /// <summary>Shows a message.</summary>
    internal void Show(ProgressMessage message)
    {
        if (message.Stream is { } text)
            target.Write(text);
        else if (message is { Status: { } plain, Id: null })
            Plain(plain);
        else if (message is { Status: { } status, Id: { } id })
            Part(id, status, message.ProgressDetail);
    }

    // The board so far stays where it is.
    private void Plain(string text)
    {
        target.WriteLine(text);
        order.Clear();
        lines.Clear();
    }

    private void Part(string id, string status, ProgressDetail? detail)
    {
        bool isNew = !lines.TryGetValue(id, out string? shown);
        if (!isTerminal)
        {
            lines[id] = status;
            if (shown != status)
                target.WriteLine($"{id}: {status}");
            return;
        }

        string line = Fit(detail is null ? $"{id}: {status}" : $"{id}: {status} {Bar(detail)}");
        lines[id] = line;
        if (isNew)
        {
            order.Add(id);
            target.WriteLine(line);
            return;
        }

        int up = order.Count - order.IndexOf(id);
        target.Write(string.Create(CultureInfo.InvariantCulture, $"\e[{up}A\r\e[2K{line}\e[{up}B\r"));
    }

    private static string Bar(ProgressDetail detail)
    {
        if (detail.Total <= 0)
            return ByteText.Decimal(detail.Current);
        int full = (int)(BarWidth * Math.Clamp((double)detail.Current / detail.Total, 0, 1));
        return $"[{new string('=', full)}{new string(' ', BarWidth - full)}] {ByteText.Decimal(detail.Current)}/{ByteText.Decimal(detail.Total)}";
    }

    // A line that wraps could not be redrawn.
    private static string Fit(string line)
    {
        int columns = UsualColumns;
        try
        {
            columns = Console.WindowWidth > 0 ? Console.WindowWidth : UsualColumns;
        }
        catch (IOException)
        {
            // The terminal does not tell.
        }

        string first = line.ReplaceLineEndings(" ");
        return first.Length < columns ? first : first[..(columns - 1)];
    }
}
