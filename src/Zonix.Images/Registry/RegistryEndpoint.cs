using System.Net;

namespace Zonix.Images.Registry;

/// <summary>Where a registry, or a mirror of one, is reached.</summary>
/// <param name="Host">The registry's name, for credentials and messages.</param>
/// <param name="Base">The address before "/v2/".</param>
internal sealed record RegistryEndpoint(string Host, Uri Base)
{
    private const string DockerHub = "docker.io", DockerHubAddress = "https://registry-1.docker.io";

    /// <summary>The registry itself.</summary>
    public static RegistryEndpoint Of(string host, RegistryOptions options)
    {
        if (host == DockerHub)
            return new RegistryEndpoint(host, new Uri(DockerHubAddress));
        bool isPlain = options.InsecureHosts.Contains(host) || IsLoopback(host);
        return new RegistryEndpoint(host, new Uri($"{(isPlain ? "http" : "https")}://{host}"));
    }

    /// <summary>The places to pull from, in the order they are asked.</summary>
    public static IReadOnlyList<RegistryEndpoint> All(string host, RegistryOptions options)
    {
        var all = new List<RegistryEndpoint>();
        foreach (string mirror in options.Mirrors.GetValueOrDefault(host) ?? [])
        {
            string address = mirror.Contains("://", StringComparison.Ordinal) ? mirror : $"https://{mirror}";
            if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? found) || found.Scheme is not ("http" or "https"))
                throw new ImageException($"the mirror of {host} is no address: '{mirror}'");
            all.Add(new RegistryEndpoint(found.Authority, found));
        }
        all.Add(Of(host, options));
        return all;
    }

    /// <summary>The address of something below "/v2/".</summary>
    public Uri Address(string path) => new($"{Base.AbsoluteUri.TrimEnd('/')}/v2/{path}");

    private static bool IsLoopback(string host)
    {
        string name = new Uri($"http://{host}").Host.Trim('[', ']');
        return name == "localhost" || name.EndsWith(".localhost", StringComparison.Ordinal) || (IPAddress.TryParse(name, out IPAddress? address) && IPAddress.IsLoopback(address));
    }
}
