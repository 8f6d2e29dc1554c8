using System.Net.Http.Headers;

namespace Zonix.Images.Registry;

/// <summary>What a registry wants to know before it answers. RFC 9110, WWW-Authenticate.</summary>
/// <param name="IsBearer">A token; otherwise a name and a password.</param>
/// <param name="Realm">Where tokens come from.</param>
/// <param name="Service">For whom they are.</param>
/// <param name="Scope">For what they are.</param>
internal sealed record AuthChallenge(bool IsBearer, string? Realm, string? Service, string? Scope)
{
    /// <summary>The challenge that can be answered; null: there is none.</summary>
    public static AuthChallenge? Find(HttpHeaderValueCollection<AuthenticationHeaderValue> headers)
    {
        AuthChallenge? basic = null;
        foreach (AuthenticationHeaderValue header in headers)
        {
            if (header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
            {
                basic = new AuthChallenge(false, null, null, null);
            }
            else if (header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            {
                Dictionary<string, string> values = Parse(header.Parameter ?? "");
                return new AuthChallenge(true, values.GetValueOrDefault("realm"), values.GetValueOrDefault("service"), values.GetValueOrDefault("scope"));
            }
        }
        return basic;
    }

    // key="value" and key=value, with commas between.
    private static Dictionary<string, string> Parse(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (int at = 0; at < text.Length;)
        {
            int equals = text.IndexOf('=', at);
            if (equals < 0)
                break;
            string key = text[at..equals].Trim(' ', ',');
            int end;
            if (equals + 1 < text.Length && text[equals + 1] == '"')
            {
                end = text.IndexOf('"', equals + 2);
                end = end < 0 ? text.Length : end;
                values[key] = text[(equals + 2)..end];
                end++;
            }
            else
            {
                end = text.IndexOf(',', equals);
                end = end < 0 ? text.Length : end;
                values[key] = text[(equals + 1)..end].Trim();
            }
            at = Math.Min(text.Length, end + 1);
        }
        return values;
    }
}
