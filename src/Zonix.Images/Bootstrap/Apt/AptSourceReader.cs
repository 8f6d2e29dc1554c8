using System.Text;
using Zonix.Images.Bootstrap.Control;

namespace Zonix.Images.Bootstrap.Apt;

/// <summary>
/// Reads where a host's apt takes packages from: /etc/apt/sources.list and sources.list.d/*.list, a line each, and
/// sources.list.d/*.sources, in the format of deb822(5). sources.list(5). Sources of source packages and disabled ones are left
/// out, and those that are reached in another way than by http, https or a folder (cdrom:, tor+http: ...). Of a list of mirrors on
/// the host (mirror+file:), which images of Debian for clouds have, each mirror counts. apt-transport-mirror(1).
/// </summary>
public static class AptSourceReader
{
    /// <summary>All sources of a host, in apt's order.</summary>
    /// <param name="root">The host's root directory.</param>
    public static List<AptSource> Load(string root = "/")
    {
        var found = new List<AptSource>();
        string main = Path.Combine(root, "etc/apt/sources.list"), parts = Path.Combine(root, "etc/apt/sources.list.d");
        if (File.Exists(main))
            found.AddRange(ReadLines(File.ReadAllText(main), main));
        IEnumerable<string> files = Directory.Exists(parts) ? Directory.EnumerateFiles(parts).OrderBy(Path.GetFileName, StringComparer.Ordinal) : [];
        foreach (string file in files)
        {
            if (file.EndsWith(".list", StringComparison.Ordinal))
                found.AddRange(ReadLines(File.ReadAllText(file), file));
            else if (file.EndsWith(".sources", StringComparison.Ordinal))
                found.AddRange(ReadParagraphs(File.ReadAllBytes(file), file));
        }
        return [.. found.SelectMany(one => Mirrors(one, root)).Where(static one => one.Archive.Scheme is "http" or "https" or "file")];
    }

    /// <summary>Reads the old format: "deb [options] URI SUITE COMPONENT...".</summary>
    public static IEnumerable<AptSource> ReadLines(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text);
        int number = 0;
        foreach (string whole in text.Split('\n'))
        {
            number++;
            string line = whole.Split('#')[0].Trim();
            if (line.Length == 0)
                continue;
            string where = $"{name}:{number}";
            var options = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            int open = line.IndexOf('[', StringComparison.Ordinal), close = line.IndexOf(']', StringComparison.Ordinal);
            // The brackets of an IPv6 address come behind the first word.
            if (open >= 0 && line[..open].Trim() is "deb" or "deb-src")
            {
                if (close < open)
                    throw new BootstrapException($"{where}: options without ']'");
                foreach (string option in Words(line[(open + 1)..close]))
                {
                    if (option.Split('=', 2) is [var key, var value])
                        options[key.TrimEnd('+')] = value.Replace(',', ' ');
                }
                line = line[..open] + line[(close + 1)..];
            }
            string[] words = Words(line);
            if (words[0] != "deb")
                continue;
            if (words.Length < 3)
                throw new BootstrapException($"{where}: a source needs a URI and a suite");
            yield return Create(where, words[1], words[2], words[3..], key => options.GetValueOrDefault(key));
        }
    }

    /// <summary>Reads the new format: paragraphs with Types, URIs, Suites, Components.</summary>
    public static IEnumerable<AptSource> ReadParagraphs(ReadOnlyMemory<byte> file, string name)
    {
        foreach (ControlParagraph paragraph in ControlReader.Read(file))
        {
            if (paragraph["Enabled"u8]?.ToLowerInvariant() is "no" or "false" or "0" || !Words(paragraph["Types"u8] ?? "").Contains("deb"))
                continue;
            string[] archives = Words(paragraph["URIs"u8] ?? ""), suites = Words(paragraph["Suites"u8] ?? "");
            if (archives.Length == 0 || suites.Length == 0)
                throw new BootstrapException($"{name}: a source needs the fields URIs and Suites");
            string[] components = Words(paragraph["Components"u8] ?? "");
            foreach (string archive in archives)
            {
                foreach (string suite in suites)
                    yield return Create(name, archive, suite, components, key => paragraph[Encoding.ASCII.GetBytes(key)]);
            }
        }
    }

    private static AptSource Create(string where, string archive, string suite, string[] components, Func<string, string?> option)
    {
        // apt replaces $(ARCH); nothing that Debian's suites are found by has it.
        if (!Uri.TryCreate(archive.EndsWith('/') ? archive : archive + "/", UriKind.Absolute, out Uri? uri))
            throw new BootstrapException($"{where}: '{archive}' is no URI");
        string? signedBy = option("Signed-By");
        bool isInline = signedBy?.Contains("-----BEGIN PGP", StringComparison.Ordinal) == true;
        return new AptSource(uri, suite, components)
        {
            Architectures = Words(option("Architectures") ?? option("arch") ?? ""),
            SignedBy = signedBy is null || isInline ? [] : Words(signedBy.Replace(',', ' ')),
            InlineKey = isInline ? Undotted(signedBy!) : null,
            ChecksValidUntil = Switch(option("Check-Valid-Until")),
            ChecksDate = Switch(option("Check-Date")),
        };
    }

    private static IEnumerable<AptSource> Mirrors(AptSource source, string root)
    {
        if (source.Archive.Scheme != "mirror+file")
            return [source];
        string list = Path.Combine(root, source.Archive.AbsolutePath.Trim('/'));
        if (!File.Exists(list))
            throw new BootstrapException($"the list of mirrors {list}, which apt's sources name, does not exist");
        // Behind the URI may stand what apt chooses by.
        return File.ReadAllLines(list).Select(static line => Words(line.Split('#')[0])).Where(static words => words.Length > 0).Select(words =>
            Uri.TryCreate(words[0].EndsWith('/') ? words[0] : words[0] + "/", UriKind.Absolute, out Uri? mirror)
                ? source with { Archive = mirror } : throw new BootstrapException($"{list}: '{words[0]}' is no URI"));
    }

    private static bool? Switch(string? value) => value?.ToLowerInvariant() switch
    {
        "yes" or "true" or "1" => true,
        "no" or "false" or "0" => false,
        _ => null,
    };

    // In a field an empty line is written as a dot.
    private static string Undotted(string key) => string.Join('\n', key.Split('\n').Select(static line => line.Trim() == "." ? "" : line.Trim()));

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
