using System.Globalization;

namespace Zonix.Bench;

/// <summary>What the command line asks for.</summary>
internal sealed class Options
{
    internal bool Quick { get; private set; }

    internal int Rounds { get; private set; } = 7;

    internal List<string> Only { get; } = [];

    internal List<string> Variants { get; } = [];

    internal string? Json { get; private set; }

    internal static Options? Parse(string[] arguments)
    {
        Options options = new();
        for (int i = 0; i < arguments.Length; i++)
        {
            string? value = i + 1 < arguments.Length ? arguments[i + 1] : null;
            switch (arguments[i])
            {
                case "--quick":
                    options.Quick = true;
                    options.Rounds = 3;
                    continue;
                case "--rounds" when value is not null:
                    options.Rounds = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "--only" when value is not null:
                    options.Only.Add(value);
                    break;
                case "--variant" when value is not null:
                    options.Variants.Add(value);
                    break;
                case "--json" when value is not null:
                    options.Json = value;
                    break;
                default:
                    return null;
            }

            i++;
        }

        return options;
    }

    internal bool Wants(string name) => Only.Count == 0 || Only.Any(part => name.Contains(part, StringComparison.Ordinal));
}
