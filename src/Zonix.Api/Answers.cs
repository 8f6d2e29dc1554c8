using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Zonix.Images;
using Zonix.Zones.Life;

namespace Zonix.Api;

/// <summary>Reading requests and writing answers.</summary>
internal static class Answers
{
    internal static Task Json<T>(HttpContext http, T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body).AsTask();
    }

    internal static Task Empty(HttpContext http, int status = StatusCodes.Status204NoContent)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    internal static async Task<T> Body<T>(HttpContext http, JsonTypeInfo<T> type)
        where T : class, new()
    {
        if (http.Request.ContentLength is 0 || (http.Request.ContentLength is null && !http.Request.Headers.ContainsKey("Transfer-Encoding")))
            return new T();
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, type, http.RequestAborted).ConfigureAwait(false) ?? new T();
        }
        catch (JsonException e)
        {
            throw new ZoneException(ZoneError.Invalid, $"{e.Path?.TrimStart('$', '.')}: {e.Message}");
        }
    }

    /// <summary>docker's booleans: 1, true; anything else but 0, false and nothing is true as well.</summary>
    internal static bool Flag(HttpContext http, string name, bool otherwise = false)
    {
        if (!http.Request.Query.TryGetValue(name, out var values))
            return otherwise;
        return values.ToString().ToLowerInvariant() is not ("" or "0" or "false" or "no" or "none");
    }

    internal static string? Text(HttpContext http, string name) =>
        http.Request.Query.TryGetValue(name, out var values) && values.ToString() is { Length: > 0 } text ? text : null;

    internal static int? Number(HttpContext http, string name)
    {
        if (Text(http, name) is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new ZoneException(ZoneError.Invalid, $"{name}: \"{text}\": expected a number");
    }

    /// <summary>The platform that is asked for, as linux/386; null: none is.</summary>
    internal static ImagePlatform? Platform(HttpContext http)
    {
        if (Text(http, "platform") is not { } text)
            return null;
        return ImagePlatform.TryParse(text) ?? throw new ZoneException(ZoneError.Invalid, $"platform: \"{text}\": expected linux/amd64 or linux/386");
    }

    /// <summary>A time: seconds since 1970, perhaps with a fraction, or RFC 3339.</summary>
    internal static DateTimeOffset? Time(HttpContext http, string name)
    {
        if (Text(http, name) is not { } text || text == "0")
            return null;
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds) && seconds < 253402300800m)
            return DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw new ZoneException(ZoneError.Invalid, $"{name}: \"{text}\": expected seconds since 1970, or a time as 2026-01-31T12:00:00Z");
    }

    internal static string Route(HttpContext http, string name) => (string)http.Request.RouteValues[name]!;

    /// <summary>docker's times.</summary>
    internal static string Show(DateTimeOffset? time) =>
        time is { } known ? known.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture) : "0001-01-01T00:00:00Z";
}
