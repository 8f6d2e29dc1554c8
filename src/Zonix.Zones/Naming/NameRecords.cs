using System.Net;
using System.Text;

namespace Zonix.Zones.Naming;

/// <summary>
/// What a zone's /etc/hosts, /etc/hostname and /etc/resolv.conf say. Whoever gives the zone a network adds addresses and servers:
/// <see cref="Life.ZoneLife.ChangeNames"/> writes the files anew while the zone runs.
/// </summary>
public sealed record NameRecords
{
    /// <summary>The host's name.</summary>
    public required string HostName { get; init; }

    /// <summary>The domain it is in; null: none.</summary>
    public string? Domain { get; init; }

    /// <summary>Its own addresses.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>Further names, as --add-host gives them: NAME:ADDRESS.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Servers of names.</summary>
    public IReadOnlyList<string> Resolvers { get; init; } = [];

    /// <summary>Domains that names are looked for in.</summary>
    public IReadOnlyList<string> Search { get; init; } = [];

    /// <summary>Options of the resolver. resolv.conf(5).</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Splits NAME:ADDRESS, also with an address of IPv6, in brackets or not.</summary>
    public static bool TrySplitHost(string text, out string name, out IPAddress? address)
    {
        ArgumentNullException.ThrowIfNull(text);
        int at = text.IndexOfAny([':', '=']);
        name = at < 0 ? "" : text[..at];
        address = null;
        return name.Length > 0 && !name.Any(char.IsWhiteSpace) && IPAddress.TryParse(text[(at + 1)..].Trim('[', ']'), out address);
    }

    /// <summary>The text of /etc/hosts. hosts(5).</summary>
    public string HostsText()
    {
        var text = new StringBuilder(
            "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\n" +
            "ff00::0\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n");
        foreach (string host in Hosts)
        {
            if (TrySplitHost(host, out string name, out IPAddress? address))
                text.Append($"{address}\t{name}\n");
        }

        // A zone without a network knows itself by its loopback, as Debian's hosts do.
        string own = Domain is null ? HostName : $"{HostName}.{Domain} {HostName}";
        foreach (IPAddress address in Addresses.Count > 0 ? Addresses : [new IPAddress([127, 0, 1, 1])])
            text.Append($"{address}\t{own}\n");
        return text.ToString();
    }

    /// <summary>The text of /etc/resolv.conf. resolv.conf(5).</summary>
    public string ResolverText()
    {
        var text = new StringBuilder();
        foreach (string server in Resolvers)
            text.Append($"nameserver {server}\n");
        string[] search = Search.Count > 0 ? [.. Search] : Domain is null ? [] : [Domain];
        if (search.Length > 0 && search is not ["."])
            text.Append($"search {string.Join(' ', search)}\n");
        if (Options.Count > 0)
            text.Append($"options {string.Join(' ', Options)}\n");
        return text.ToString();
    }
}
