using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Zonix.Images.Layout;

namespace Zonix.Images.Registry;

/// <summary>Answers what registries ask of whoever wants something: basic authentication, and tokens, which are kept while they last. Any thread.</summary>
internal sealed class RegistryAuthorization(HttpClient client, RegistryCredentials credentials)
{
    private readonly ConcurrentDictionary<(string Host, string Scope), (AuthenticationHeaderValue Header, DateTimeOffset Ends)> known = new();

    /// <summary>What was right for a scope before; null: nothing is known.</summary>
    public AuthenticationHeaderValue? Known(RegistryEndpoint endpoint, string scope) =>
        known.TryGetValue((endpoint.Host, scope), out var found) && found.Ends > DateTimeOffset.UtcNow ? found.Header : null;

    /// <summary>Answers a challenge with the user's credentials, or without any; null: that cannot be done.</summary>
    public async Task<AuthenticationHeaderValue?> AnswerAsync(
        RegistryEndpoint endpoint, string scope, AuthChallenge challenge, RegistryCredential? credential, CancellationToken cancellation)
    {
        credential ??= credentials.Find(endpoint.Host);
        AuthenticationHeaderValue? header;
        DateTimeOffset ends = DateTimeOffset.MaxValue;
        if (challenge.IsBearer)
        {
            RegistryToken token = await FetchTokenAsync(endpoint, scope, challenge, credential, cancellation).ConfigureAwait(false);
            header = new AuthenticationHeaderValue("Bearer", token.Token ?? token.AccessToken);
            // Tokens last a minute if nothing is said; a little earlier they are too old.
            ends = DateTimeOffset.UtcNow.AddSeconds(Math.Max(1, (token.ExpiresIn ?? 60) - 5));
        }
        else
        {
            header = credential is null ? null : Basic(credential);
        }
        if (header is not null)
            known[(endpoint.Host, scope)] = (header, ends);
        return header;
    }

    /// <summary>Why somebody is not let in, and what can be done.</summary>
    public ImageException Unauthorized(RegistryEndpoint endpoint, string what) =>
        new($"unauthorized: {what}: run zonix login {endpoint.Host}" + (credentials.HelperHint(endpoint.Host) is { } hint ? $" ({hint})" : ""));

    private static AuthenticationHeaderValue Basic(RegistryCredential credential) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.UserName}:{credential.Password}")));

    private async Task<RegistryToken> FetchTokenAsync(
        RegistryEndpoint endpoint, string scope, AuthChallenge challenge, RegistryCredential? credential, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(challenge.Realm, UriKind.Absolute, out Uri? realm) || realm.Scheme is not ("http" or "https"))
            throw new ImageException($"the registry {endpoint.Host} names no place for tokens: '{challenge.Realm}'");
        // A password goes no less protected than the registry itself is.
        if (realm.Scheme == "http" && endpoint.Base.Scheme == "https" && credential is not null)
            throw new ImageException($"the registry {endpoint.Host} wants credentials sent by plain http to {realm.Host}, which is refused");
        using HttpRequestMessage request = TokenRequest(realm, scope, challenge, credential);
        using HttpResponseMessage response = await client.SendAsync(request, cancellation).ConfigureAwait(false);
        byte[] content = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest)
            throw Unauthorized(endpoint, credential is null ? $"{endpoint.Host} wants credentials" : $"{endpoint.Host} does not accept the credentials of '{credential.UserName}'");
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"{realm.Host} answers {(int)response.StatusCode} to the request for a token", null, response.StatusCode);
        RegistryToken token = ImageJson.Read(content, RegistryJson.Default.RegistryToken, $"the token of {realm.Host}");
        return (token.Token ?? token.AccessToken) is null ? throw new ImageException($"{realm.Host} gives no token") : token;
    }

    private static HttpRequestMessage TokenRequest(Uri realm, string scope, AuthChallenge challenge, RegistryCredential? credential)
    {
        string[] scopes = scope.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (credential?.IdentityToken is { } identity)
        {
            List<KeyValuePair<string, string>> form =
            [
                new("grant_type", "refresh_token"), new("refresh_token", identity), new("service", challenge.Service ?? ""), new("client_id", "zonix"), new("scope", scope),
            ];
            return new HttpRequestMessage(HttpMethod.Post, realm) { Content = new FormUrlEncodedContent(form) };
        }
        IEnumerable<string> query = scopes.Select(static one => "scope=" + Uri.EscapeDataString(one));
        if (challenge.Service is { } service)
            query = query.Prepend("service=" + Uri.EscapeDataString(service));
        string text = string.Join('&', query);
        var address = new UriBuilder(realm) { Query = realm.Query.Length > 1 ? $"{realm.Query[1..]}&{text}" : text };
        var request = new HttpRequestMessage(HttpMethod.Get, address.Uri);
        if (credential is not null)
            request.Headers.Authorization = Basic(credential);
        return request;
    }
}
