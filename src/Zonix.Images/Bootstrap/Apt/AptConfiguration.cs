using System.Text;

namespace Zonix.Images.Bootstrap.Apt;

/// <summary>
/// The settings of a host's apt: /etc/apt/apt.conf.d/* in order, then /etc/apt/apt.conf, later ones over earlier ones.
/// apt.conf(5). Names are compared without case.
/// </summary>
public sealed class AptConfiguration
{
    private readonly Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A setting by its whole name ("Acquire::http::Proxy"); null: it is not set.</summary>
    public string? this[string name] => values.GetValueOrDefault(name);

    /// <summary>A setting that is on or off, in any of apt's words for it.</summary>
    public bool IsOn(string name, bool otherwise) => this[name]?.ToLowerInvariant() switch
    {
        "yes" or "true" or "with" or "on" or "enable" or "1" => true,
        "no" or "false" or "without" or "off" or "disable" or "0" => false,
        _ => otherwise,
    };

    /// <summary>Reads a host's settings; without any it is empty.</summary>
    /// <param name="root">The host's root directory.</param>
    public static AptConfiguration Load(string root = "/")
    {
        var configuration = new AptConfiguration();
        string parts = Path.Combine(root, "etc/apt/apt.conf.d");
        IEnumerable<string> files = Directory.Exists(parts)
            ? Directory.EnumerateFiles(parts).Where(IsPart).OrderBy(Path.GetFileName, StringComparer.Ordinal) : [];
        foreach (string file in files.Append(Path.Combine(root, "etc/apt/apt.conf")).Where(File.Exists))
            configuration.Add(File.ReadAllText(file), file);
        return configuration;
    }

    /// <summary>Takes the settings of a text over those that are there.</summary>
    /// <param name="text">In the format of apt.conf(5).</param>
    /// <param name="name">Where it comes from, for messages.</param>
    public void Add(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text);
        var scopes = new Stack<string>();
        string scope = "";
        var words = new List<string>();
        foreach (AptToken token in AptLexer.Read(text, name))
        {
            switch (token.Kind)
            {
                case AptTokenKind.Word:
                    words.Add(token.Text);
                    break;
                case AptTokenKind.Open:
                    scopes.Push(scope);
                    scope = words.Count == 0 ? scope : Join(scope, words[0]);
                    words.Clear();
                    break;
                case AptTokenKind.Close:
                    if (!scopes.TryPop(out scope!))
                        throw new BootstrapException($"{name}: a '}}' without its '{{'");
                    words.Clear();
                    break;
                default:
                    Set(scope, words);
                    words.Clear();
                    break;
            }
        }
    }

    // "NAME VALUE;" sets; a lone value is an item of a list, and of lists none matters here.
    private void Set(string scope, List<string> words)
    {
        if (words is ["#clear", var cleared])
        {
            foreach (string gone in values.Keys.Where(key => IsAtOrBelow(key, cleared)).ToArray())
                values.Remove(gone);
        }
        else if (words.Count == 2)
        {
            values[Join(scope, words[0])] = words[1];
        }
    }

    private static bool IsAtOrBelow(string key, string scope) =>
        key.StartsWith(scope, StringComparison.OrdinalIgnoreCase)
        && (key.Length == scope.Length || key.AsSpan(scope.Length).StartsWith("::", StringComparison.Ordinal));

    private static string Join(string scope, string name) => scope.Length == 0 ? name : $"{scope}::{name}";

    // As run-parts and apt have it: no other suffix than .conf, no hidden files and backups.
    private static bool IsPart(string path)
    {
        string name = Path.GetFileName(path);
        string stem = name.EndsWith(".conf", StringComparison.Ordinal) ? name[..^5] : name;
        return stem.Length > 0 && stem.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
    }
}
