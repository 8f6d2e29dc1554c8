using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zonix.Zones;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;

namespace Zonix.Api.Endpoints;

/// <summary>Zones in the words of vmadm(8).</summary>
internal static class ZoneEndpoints
{
    internal static void Map(IEndpointRouteBuilder app, LocalMachine machine)
    {
        app.MapGet("/zonix/zones", http => ListAsync(http, machine));
        app.MapPost("/zonix/zones", http => CreateAsync(http, machine));
        app.MapGet("/zonix/zones/{id}", http => AnswerAsync(http, ContainerEndpoints.Find(http, machine), StatusCodes.Status200OK));
        app.MapPut("/zonix/zones/{id}", http => UpdateAsync(http, ContainerEndpoints.Find(http, machine)));
    }

    internal static Task ShowAsync(HttpContext http, ZoneLife zone, int status) => AnswerAsync(http, zone, status);

    private static async Task<byte[]> ReadAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted).ConfigureAwait(false);
        return body.ToArray();
    }

    private static async Task CreateAsync(HttpContext http, LocalMachine machine)
    {
        ZoneConfiguration wanted = ZoneValidation.Parse(await ReadAsync(http).ConfigureAwait(false));
        ZoneLife zone = await machine.Zones.CreateAsync(wanted, http.RequestAborted).ConfigureAwait(false);
        if (zone.Configuration.Autoboot)
            await zone.StartAsync(http.RequestAborted).ConfigureAwait(false);
        await AnswerAsync(http, zone, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    // Fields that are given replace those that there are; null takes one away.
    private static async Task UpdateAsync(HttpContext http, ZoneLife zone)
    {
        byte[] body = await ReadAsync(http).ConfigureAwait(false);
        await zone.UpdateAsync(old => Merge(old, body), http.RequestAborted).ConfigureAwait(false);
        await AnswerAsync(http, zone, StatusCodes.Status200OK).ConfigureAwait(false);
    }

    private static ZoneConfiguration Merge(ZoneConfiguration old, byte[] changes)
    {
        try
        {
            JsonObject whole = JsonNode.Parse(Serialize(old))!.AsObject();
            JsonObject given = JsonNode.Parse(changes)?.AsObject() ?? throw new ZoneException(ZoneError.Invalid, "the payload is null; an object was expected");
            foreach (string fixedField in (ReadOnlySpan<string>)["uuid", "create_timestamp", "image", "image_uuid", "root_directory", "dataset", "brand"])
            {
                if (given.ContainsKey(fixedField))
                    throw new ZoneException(ZoneError.Invalid, $"{fixedField}: cannot be changed");
            }

            foreach ((string name, JsonNode? value) in given.ToArray())
            {
                given.Remove(name);
                whole.Remove(name);
                if (value is not null)
                    whole.Add(name, value);
            }

            return ZoneValidation.Parse(System.Text.Encoding.UTF8.GetBytes(whole.ToJsonString()));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ZoneException(ZoneError.Invalid, $"the payload: expected an object of JSON: {e.Message}");
        }
    }

    private static byte[] Serialize(ZoneConfiguration zone) => JsonSerializer.SerializeToUtf8Bytes(zone, ZoneJson.Default.ZoneConfiguration);

    private static Task ListAsync(HttpContext http, LocalMachine machine) =>
        WriteAsync(http, new JsonArray([.. machine.Zones.List().Select(Show)]), StatusCodes.Status200OK);

    private static Task AnswerAsync(HttpContext http, ZoneLife zone, int status) => WriteAsync(http, Show(zone), status);

    private static Task WriteAsync(HttpContext http, JsonNode node, int status)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(node.ToJsonString());
    }

    // The configuration with the state, as vmadm get.
    private static JsonNode Show(ZoneLife zone)
    {
        JsonObject node = JsonNode.Parse(Serialize(zone.Configuration))!.AsObject();
        node.Add("state", JsonValue.Create(StateName(zone)));
        node.Add("pid", JsonValue.Create(zone.FirstProcess?.Pid ?? 0));
        node.Add("exit_status", JsonValue.Create(zone.Record.ExitCode));
        if (zone.Record.StartedAt is { } started)
            node.Add("boot_timestamp", JsonValue.Create(Answers.Show(started)));
        if (zone.Record.FinishedAt is { } finished)
            node.Add("exit_timestamp", JsonValue.Create(Answers.Show(finished)));
        if (zone.Record.Error is { } error)
            node.Add("error", JsonValue.Create(error));
        if (ZoneValidation.Check(zone.Configuration) is { Count: > 0 } warnings)
            node.Add("warnings", new JsonArray([.. warnings.Select(text => JsonValue.Create(text))]));
        return node;
    }

    private static string StateName(ZoneLife zone) => JsonNamingPolicy.SnakeCaseLower.ConvertName(zone.Record.State.ToString());
}
