namespace Zonix.Network.Dns;

/// <summary>The host's name servers, as its resolv.conf(5) names them. Looked at again when it is older than a few seconds.</summary>
internal sealed class HostResolvers(string path)
{
    private const long AgeMs = 5000;
    private const int Most = 3;
    private readonly Lock gate = new();
    private IReadOnlyList<IpAddress> known = [];
    private long readMs = long.MinValue;

    internal IReadOnlyList<IpAddress> Servers
    {
        get
        {
            lock (gate)
            {
                if (readMs == long.MinValue || Environment.TickCount64 - readMs > AgeMs)
                {
                    known = Read();
                    readMs = Environment.TickCount64;
                }
                return known;
            }
        }
    }

    /// <summary>The name servers that a text names.</summary>
    internal static IReadOnlyList<IpAddress> Parse(IEnumerable<string> lines)
    {
        List<IpAddress> found = [];
        foreach (string line in lines)
        {
            string[] words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            // A scope behind a link-local address is none of ours.
            if (words is ["nameserver", var address, ..] && found.Count < Most && IpAddress.TryParse(address, out IpAddress server))
                found.Add(server);
        }
        return found;
    }

    private IReadOnlyList<IpAddress> Read()
    {
        try
        {
            return Parse(File.ReadLines(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // resolv.conf(5): without the file it is the machine itself that is asked.
            return [IpAddress.Loopback];
        }
    }
}
