using System.Globalization;
using Zonix.Api.Docker;
using Zonix.Images;

namespace Zonix.Api;

/// <summary>Images as docker shows them.</summary>
internal static class ImageShapes
{
    internal static ImageSummary Summary(Image image, int users) => new()
    {
        Id = image.Id.ToString(),
        RepoTags = [.. image.References.Select(reference => reference.Familiar)],
        RepoDigests = [.. image.RepositoryDigests.Select(reference => reference.Familiar)],
        Created = image.Created?.ToUnixTimeSeconds() ?? 0,
        Size = image.Size,
        Labels = image.Config.Labels ?? [],
        Containers = users,
    };

    internal static ImageDetails Details(Image image) => new()
    {
        Id = image.Id.ToString(),
        RepoTags = [.. image.References.Select(reference => reference.Familiar)],
        RepoDigests = [.. image.RepositoryDigests.Select(reference => reference.Familiar)],
        Created = Answers.Show(image.Created),
        Author = image.Author ?? "",
        Architecture = image.Architecture,
        Os = image.OperatingSystem,
        Size = image.Size,
        Config = new ContainerConfig
        {
            User = image.Config.User ?? "",
            Env = image.Config.Env ?? [],
            Cmd = image.Config.Cmd,
            Entrypoint = image.Config.Entrypoint,
            Volumes = image.Config.Volumes,
            ExposedPorts = image.Config.ExposedPorts,
            WorkingDir = image.Config.WorkingDir ?? "",
            Labels = image.Config.Labels,
            StopSignal = image.Config.StopSignal,
            StopTimeout = image.Config.StopTimeout,
        },
        RootFS = new ImageRootFs("layers", [.. image.Layers.Select(layer => layer.ToString())]),
    };

    internal static List<ImageHistoryItem> History(ImageStore images, string name)
    {
        Image image = images.Get(name);
        string[] tags = [.. image.References.Select(reference => reference.Familiar)];
        return [.. images.History(name).Select((step, at) => new ImageHistoryItem(
            at == 0 ? image.Id.ToString() : "<missing>", Seconds(step.Entry.Created), step.Entry.CreatedBy ?? "", at == 0 ? tags : null, step.Size, step.Entry.Comment ?? ""))];
    }

    internal static List<ImageDeleteItem> Removal(ImageRemoval removal) =>
    [
        .. removal.Untagged.Select(name => new ImageDeleteItem { Untagged = name }),
        .. removal.Deleted.Select(id => new ImageDeleteItem { Deleted = id.ToString() }),
    ];

    private static long Seconds(string? time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset parsed) ? parsed.ToUnixTimeSeconds() : 0;
}
