using System.Net;

namespace Zonix.Zones.Naming;

/// <summary>The host's own servers of names, for zones that name none: those that are not on the host's loopback. resolv.conf(5).</summary>
internal sealed record HostResolver(IReadOnlyList<string> Servers, IReadOnlyList<string> Search, IReadOnlyList<string> Options)
{
    private const string File = "/etc/resolv.conf";

    internal static HostResolver Read()
    {
        try
        {
            return Parse(System.IO.File.ReadLines(File));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new HostResolver([], [], []);
        }
    }

    internal static HostResolver Parse(IEnumerable<string> lines)
    {
        var servers = new List<string>();
        string[] search = [], options = [];
        foreach (string line in lines)
        {
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["nameserver", var server, ..] when IPAddress.TryParse(server, out IPAddress? address) && !IPAddress.IsLoopback(address):
                    servers.Add(server);
                    break;
                case ["search" or "domain", .. var domains]:
                    search = domains;
                    break;
                case ["options", .. var words2]:
                    options = words2;
                    break;
            }
        }

        return new HostResolver(servers, search, options);
    }
}
