using System.Text;

namespace Zonix.Cli.Completion;

/// <summary>A line as far as it is typed, in words, by the rules of shells for quotes and backslashes.</summary>
internal static class CommandLineText
{
    /// <summary>The words; the last one is being typed, and empty behind a blank.</summary>
    internal static List<string> Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        char quote = '\0';
        bool isInWord = false;
        for (int i = 0; i < line.Length; i++)
        {
            char letter = line[i];
            if (quote == '\0' && char.IsWhiteSpace(letter))
            {
                if (isInWord)
                    words.Add(word.ToString());
                word.Clear();
                isInWord = false;
                continue;
            }

            isInWord = true;
            if (letter == quote)
                quote = '\0';
            else if (quote == '\0' && letter is '"' or '\'')
                quote = letter;
            else if (letter == '\\' && quote != '\'' && i + 1 < line.Length)
                word.Append(line[++i]);
            else
                word.Append(letter);
        }

        words.Add(word.ToString());
        return words;
    }
}
