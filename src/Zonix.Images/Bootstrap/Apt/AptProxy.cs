using System.Net;

namespace Zonix.Images.Bootstrap.Apt;

/// <summary>
/// The way to a mirror as a host's apt goes it: Acquire::SCHEME::Proxy, for one host Acquire::SCHEME::Proxy::HOST, "DIRECT" for
/// none; https takes http's when it has none of its own. Where apt says nothing, the environment does. apt-transport-http(1).
/// </summary>
public sealed class AptProxy(AptConfiguration configuration, IWebProxy environment) : IWebProxy
{
    /// <inheritdoc/>
    public ICredentials? Credentials { get; set; }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        string? configured = Configured(destination);
        if (configured is null)
            return environment.IsBypassed(destination) ? null : environment.GetProxy(destination);
        if (configured.Length == 0 || configured.Equals("DIRECT", StringComparison.OrdinalIgnoreCase))
            return null;
        return Uri.TryCreate(configured, UriKind.Absolute, out Uri? proxy)
            ? proxy : throw new BootstrapException($"apt's proxy '{configured}' is no URL");
    }

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => GetProxy(host) is null;

    private string? Configured(Uri destination) =>
        configuration[$"Acquire::{destination.Scheme}::Proxy::{destination.Host}"]
        ?? configuration[$"Acquire::{destination.Scheme}::Proxy"]
        ?? (destination.Scheme != Uri.UriSchemeHttps ? null
            : configuration[$"Acquire::http::Proxy::{destination.Host}"] ?? configuration["Acquire::http::Proxy"]);
}
