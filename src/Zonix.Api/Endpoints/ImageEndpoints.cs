using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zonix.Api.Docker;
using Zonix.Images;
using Zonix.Images.References;
using Zonix.Zones;
using Zonix.Zones.Life;

namespace Zonix.Api.Endpoints;

/// <summary>Images.</summary>
internal static class ImageEndpoints
{
    internal static void Map(IEndpointRouteBuilder app, LocalMachine machine)
    {
        app.MapGet("/images/json", http => ListAsync(http, machine));
        app.MapGet("/images/get", http => SaveAsync(http, machine, [.. http.Request.Query["names"].OfType<string>()]));
        app.MapPost("/images/load", http => LoadAsync(http, machine));
        app.MapPost("/images/create", http => CreateAsync(http, machine));
        app.MapPost("/images/prune", http => PruneAsync(http, machine));
        app.MapGet("/images/{**rest}", http => GetAsync(http, machine));
        app.MapPost("/images/{**rest}", http => PostAsync(http, machine));
        app.MapDelete("/images/{**rest}", http => DeleteAsync(http, machine, Answers.Route(http, "rest")));
    }

    // Names have slashes in them: the verb is what stands behind the last one.
    private static Task GetAsync(HttpContext http, LocalMachine machine)
    {
        (string name, string verb) = Split(http);
        return verb switch
        {
            "json" => Answers.Json(http, ImageShapes.Details(machine.Images.Get(name)), ApiJson.Default.ImageDetails),
            "history" => Answers.Json(http, ImageShapes.History(machine.Images, name), ApiJson.Default.ListImageHistoryItem),
            "get" => SaveAsync(http, machine, [name]),
            _ => throw new ZoneException(ZoneError.NotFound, "page not found"),
        };
    }

    private static Task PostAsync(HttpContext http, LocalMachine machine)
    {
        (string name, string verb) = Split(http);
        if (verb == "push")
            return RegistryEndpoints.PushAsync(http, machine, name);
        if (verb != "tag")
            throw new ZoneException(ZoneError.NotFound, $"images: there is no {verb} yet");
        string repository = Answers.Text(http, "repo") ?? throw new ZoneException(ZoneError.Invalid, "repo: missing; expected the new name");
        string? tag = Answers.Text(http, "tag");
        machine.Images.Tag(name, tag is null ? repository : $"{repository}:{tag}");
        return Answers.Empty(http, StatusCodes.Status201Created);
    }

    private static (string Name, string Verb) Split(HttpContext http)
    {
        string rest = Answers.Route(http, "rest");
        int slash = rest.LastIndexOf('/');
        return slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..]);
    }

    private static Task ListAsync(HttpContext http, LocalMachine machine)
    {
        Dictionary<string, List<string>> filters = Filters.Read(http);
        Filters.Require(filters, "reference", "dangling", "label", "before", "since", "until");
        DateTimeOffset? before = filters.GetValueOrDefault("before") is [var late, ..] ? machine.Images.Get(late).Created : null;
        DateTimeOffset? since = filters.GetValueOrDefault("since") is [var early, ..] ? machine.Images.Get(early).Created : null, until = Filters.Until(filters);
        IEnumerable<Image> images = machine.Images.List().Where(image =>
            !(image.Created >= before) && !(image.Created <= since) && !(image.Created > until) &&
            Filters.Any(filters, "reference", one => image.References.Any(reference => Fits(reference, one))) &&
            Filters.Any(filters, "dangling", one => (image.References.Count == 0) == (one is "true" or "1")) &&
            Filters.Labels(filters, image.Config.Labels));
        return Answers.Json(http, [.. images.Select(image => ImageShapes.Summary(image, Users(machine, image)))], ApiJson.Default.ListImageSummary);
    }

    private static bool Fits(ImageReference reference, string wanted) =>
        reference.Familiar == wanted || reference.FamiliarRepository == wanted ||
        System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(wanted, reference.Familiar) ||
        System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(wanted, reference.FamiliarRepository);

    private static int Users(LocalMachine machine, Image image)
    {
        string id = image.Id.ToString();
        return machine.Zones.List().Count(zone => zone.Configuration.ImageUuid == id);
    }

    private static async Task SaveAsync(HttpContext http, LocalMachine machine, string[] names)
    {
        if (names.Length == 0)
            throw new ZoneException(ZoneError.Invalid, "names: missing; expected names of images");
        foreach (string name in names)
            machine.Images.Get(name);
        http.Response.ContentType = "application/x-tar";
        await http.Response.StartAsync(http.RequestAborted).ConfigureAwait(false);
        machine.Images.Save(names, http.Response.Body, http.RequestAborted);
    }

    private static async Task LoadAsync(HttpContext http, LocalMachine machine)
    {
        IReadOnlyList<Image> images = machine.Images.LoadArchive(http.Request.Body, cancellation: http.RequestAborted);
        http.Response.ContentType = "application/json";
        foreach (Image image in images)
            await LineAsync(http, new ProgressMessage { Stream = $"Loaded image: {image}\n" }).ConfigureAwait(false);
    }

    private static async Task CreateAsync(HttpContext http, LocalMachine machine)
    {
        if (Answers.Text(http, "fromImage") is { } wanted)
        {
            await RegistryEndpoints.PullAsync(http, machine, wanted).ConfigureAwait(false);
            return;
        }

        if (Answers.Text(http, "fromSrc") != "-")
            throw new ZoneException(ZoneError.Invalid, "fromSrc: expected -, and the archive as the body; or fromImage with the name of an image");
        string? repository = Answers.Text(http, "repo"), tag = Answers.Text(http, "tag");
        ImageReference? name = repository is null ? null : ImageReference.Parse(tag is null ? repository : $"{repository}:{tag}");
        var changes = new NewImage { Platform = Answers.Platform(http), Comment = Answers.Text(http, "message"), Config = ImageChanges.Apply(null, http.Request.Query["changes"]) };
        Image image = machine.Images.ImportTar(http.Request.Body, name, changes, cancellation: http.RequestAborted);
        Tell(machine, image, "import");
        http.Response.ContentType = "application/json";
        await LineAsync(http, new ProgressMessage { Status = image.Id.ToString() }).ConfigureAwait(false);
    }

    private static Task DeleteAsync(HttpContext http, LocalMachine machine, string name)
    {
        Image image = machine.Images.Get(name);
        bool isLast = image.References.Count <= 1 || !image.References.Any(one => one == ImageReference.TryParse(name));
        string id = image.Id.ToString();
        if (isLast && machine.Zones.List().FirstOrDefault(zone => zone.Configuration.ImageUuid == id) is { } user &&
            (user.IsRunning || !Answers.Flag(http, "force")))
        {
            throw new ZoneException(ZoneError.Conflict, $"conflict: unable to delete {name}: zone {user.Name} is made from it; remove that first");
        }

        ImageRemoval removal = machine.Images.Remove(name, Answers.Flag(http, "force"));
        Tell(machine, image, removal.Deleted.Count > 0 ? "delete" : "untag");
        return Answers.Json(http, ImageShapes.Removal(removal), ApiJson.Default.ListImageDeleteItem);
    }

    private static Task PruneAsync(HttpContext http, LocalMachine machine)
    {
        bool all = Filters.Read(http).TryGetValue("dangling", out List<string>? dangling) && dangling.Contains("false");
        ImageRemoval removal = machine.Images.Prune(all, image => Users(machine, image) > 0);
        return Answers.Json(http, new ImagePruneResponse(ImageShapes.Removal(removal), removal.FreedBytes), ApiJson.Default.ImagePruneResponse);
    }

    internal static void Tell(LocalMachine machine, Image image, string action) => machine.Zones.Events.Publish(new ZoneEvent(
        DateTimeOffset.UtcNow, "image", action, image.Id.ToString(), new Dictionary<string, string> { ["name"] = image.ToString() }));

    internal static async Task LineAsync(HttpContext http, ProgressMessage message)
    {
        await JsonSerializer.SerializeAsync(http.Response.Body, message, ApiJson.Default.ProgressMessage, http.RequestAborted).ConfigureAwait(false);
        await http.Response.WriteAsync("\r\n", http.RequestAborted).ConfigureAwait(false);
        await http.Response.Body.FlushAsync(http.RequestAborted).ConfigureAwait(false);
    }
}
