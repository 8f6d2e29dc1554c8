using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zonix.Api.Docker;
using Zonix.Images;
using Zonix.Images.Bootstrap;
using Zonix.Images.References;
using Zonix.Images.Registry;
using Zonix.Zones;
using Zonix.Zones.Fetching;
using Zonix.Zones.Life;

namespace Zonix.Api.Endpoints;

/// <summary>Images from registries and to them. The answer is a stream of lines that tell how far it is.</summary>
internal static class RegistryEndpoints
{
    private const string DockerHub = "docker.io";

    internal static void Map(IEndpointRouteBuilder app, LocalMachine machine)
    {
        app.MapPost("/auth", http => LoginAsync(http, machine));
        app.MapDelete("/zonix/auth/{host}", http => machine.Fetcher.Logout(Answers.Route(http, "host"))
            ? Answers.Empty(http)
            : throw new ZoneException(ZoneError.NotFound, $"not logged in to {Answers.Route(http, "host")}"));
    }

    internal static Task PullAsync(HttpContext http, LocalMachine machine, string wanted)
    {
        string? tag = Answers.Text(http, "tag");
        ImageReference name = ImageReference.Parse(tag is null ? wanted : tag.Contains(':', StringComparison.Ordinal) ? $"{wanted}@{tag}" : $"{wanted}:{tag}");
        ImagePlatform? platform = Answers.Platform(http);
        return StreamAsync(http, async (tell, cancellation) =>
        {
            Image image = await machine.Fetcher.FetchAsync(name, platform, tell, cancellation).ConfigureAwait(false);
            ImageEndpoints.Tell(machine, image, "pull");
        });
    }

    internal static Task PushAsync(HttpContext http, LocalMachine machine, string name)
    {
        string full = Answers.Text(http, "tag") is { } tag ? $"{name}:{tag}" : name;
        Image image = machine.Images.Get(full);
        return StreamAsync(http, async (tell, cancellation) =>
        {
            await machine.Fetcher.PushAsync(full, tell, cancellation).ConfigureAwait(false);
            ImageEndpoints.Tell(machine, image, "push");
        });
    }

    private static async Task LoginAsync(HttpContext http, LocalMachine machine)
    {
        AuthRequest request = await Answers.Body(http, ApiJson.Default.AuthRequest).ConfigureAwait(false);
        string host = string.IsNullOrEmpty(request.ServerAddress) || request.ServerAddress.Contains("index.docker.io", StringComparison.Ordinal) ? DockerHub : request.ServerAddress;
        await machine.Fetcher.LoginAsync(host, new RegistryCredential(request.UserName, request.Password), http.RequestAborted).ConfigureAwait(false);
        await Answers.Json(http, new AuthResponse("Login Succeeded"), ApiJson.Default.AuthResponse).ConfigureAwait(false);
    }

    // Whoever does the work never waits for the client: of what it tells, the newest of each thing is sent.
    private static async Task StreamAsync(HttpContext http, Func<Action<FetchStep>, CancellationToken, Task> work)
    {
        var steps = Channel.CreateUnbounded<FetchStep>();
        Task done = Task.Run(async () =>
        {
            try
            {
                await work(step => steps.Writer.TryWrite(step), http.RequestAborted).ConfigureAwait(false);
            }
            finally
            {
                steps.Writer.Complete();
            }
        });
        http.Response.ContentType = "application/json";
        var sent = new Dictionary<string, (string Status, long At)>();
        await foreach (FetchStep step in steps.Reader.ReadAllAsync(http.RequestAborted).ConfigureAwait(false))
        {
            if (IsNews(sent, step))
                await ImageEndpoints.LineAsync(http, Message(step)).ConfigureAwait(false);
        }

        try
        {
            await done.ConfigureAwait(false);
        }
        catch (Exception e) when (e is ImageException or BootstrapException or IOException)
        {
            await ImageEndpoints.LineAsync(http, new ProgressMessage { Error = e.Message }).ConfigureAwait(false);
        }
    }

    private static bool IsNews(Dictionary<string, (string Status, long At)> sent, FetchStep step)
    {
        const long BetweenMs = 100;
        if (step.Id is null)
            return true;
        long now = Environment.TickCount64;
        bool isSame = sent.TryGetValue(step.Id, out var last) && last.Status == step.Status;
        if (isSame && now - last.At < BetweenMs && step.Done != step.Total)
            return false;
        sent[step.Id] = (step.Status, now);
        return true;
    }

    private static ProgressMessage Message(FetchStep step) => new()
    {
        Id = step.Id,
        Status = step.Status,
        ProgressDetail = step.Done > 0 || step.Total > 0 ? new ProgressDetail(step.Done, step.Total) : null,
    };
}
