using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Zonix.Api;
using Zonix.Api.Docker;
using Zonix.Cli.Client;
using Zonix.Host.Files;

namespace Zonix.Cli.Commands;

/// <summary>images, rmi, tag, history, load, save, import, commit, diff, export.</summary>
internal static class ImageCommands
{
    private const int ShortId = 12, LongestStep = 45;

    internal static void AddTo(Command root)
    {
        root.Subcommands.Add(Images());
        root.Subcommands.Add(Remove());
        root.Subcommands.Add(Tag());
        root.Subcommands.Add(History());
        root.Subcommands.Add(Load());
        root.Subcommands.Add(Save());
        root.Subcommands.Add(Import());
        root.Subcommands.Add(Commit());
        root.Subcommands.Add(Diff());
        root.Subcommands.Add(Export());
    }

    /// <summary>repo=NAME&amp;tag=TAG of a reference.</summary>
    private static string Reference(string text)
    {
        int colon = text.LastIndexOf(':');
        bool hasTag = colon > text.LastIndexOf('/');
        return hasTag
            ? $"repo={CommandTree.Escape(text[..colon])}&tag={CommandTree.Escape(text[(colon + 1)..])}"
            : $"repo={CommandTree.Escape(text)}";
    }

    internal static Command Images(string word = "images")
    {
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Identities only." };
        var name = new Argument<string?>("name") { Arity = ArgumentArity.ZeroOrOne, Description = "Those of this repository, or of this name; * and ? stand for others." };
        var all = new Option<bool>("--all", "-a") { Description = "As docker has it; there are no hidden ones." };
        var whole = new Option<bool>("--no-trunc") { Description = "Identities in full." };
        var digests = new Option<bool>("--digests") { Description = "Also the digests they were pulled or pushed by." };
        var filter = new Option<string[]>("--filter", "-f") { Description = "reference=, dangling=, label=, before=, since=" };
        var format = new Option<string?>("--format") { Description = Listing.FormatHelp };
        Command list = CommandTree.OfMachine(word, "List images.", async (result, client) =>
        {
            string[] filters = [.. result.GetValue(filter) ?? [], .. result.GetValue(name) is { } wanted ? [$"reference={wanted}"] : Array.Empty<string>()];
            List<ImageSummary> images = await client.GetAsync("images/json?" + FilterText.Query(filters).TrimStart('&'), ApiJson.Default.ListImageSummary).ConfigureAwait(false);
            JsonObject[] rows = [.. images.SelectMany(image => Rows(image, result.GetValue(whole)))];
            if (result.GetValue(quiet))
            {
                foreach (string id in rows.Select(row => row["ID"]!.ToString()).Distinct())
                    Console.WriteLine(id);
                return 0;
            }

            (string, string)[] digest = result.GetValue(digests) ? [("DIGEST", "Digest")] : [];
            Listing.Print(rows, result.GetValue(format), [("REPOSITORY", "Repository"), ("TAG", "Tag"), .. digest, ("IMAGE ID", "ID"), ("CREATED", "CreatedSince"), ("SIZE", "Size")]);
            return 0;
        }, name, quiet, all, whole, digests, filter, format);
        if (word == "ls")
            list.Aliases.Add("list");
        return list;
    }

    internal static IEnumerable<JsonObject> Rows(ImageSummary image) => Rows(image, whole: false);

    private static IEnumerable<JsonObject> Rows(ImageSummary image, bool whole)
    {
        foreach (string name in image.RepoTags.DefaultIfEmpty("<none>:<none>"))
        {
            int colon = name.LastIndexOf(':');
            string repository = name[..colon];
            yield return new JsonObject
            {
                ["Repository"] = repository,
                ["Tag"] = name[(colon + 1)..],
                ["Digest"] = image.RepoDigests.FirstOrDefault(one => one.StartsWith(repository + "@", StringComparison.Ordinal))?[(repository.Length + 1)..] ?? "<none>",
                ["ID"] = whole ? image.Id : image.Id["sha256:".Length..][..ShortId],
                ["CreatedAt"] = DateTimeOffset.FromUnixTimeSeconds(image.Created).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture),
                ["CreatedSince"] = image.Created == 0 ? "N/A" : Ages.Show(DateTimeOffset.FromUnixTimeSeconds(image.Created)) + " ago",
                ["Size"] = ByteText.Decimal(image.Size),
                ["Containers"] = image.Containers.ToString(CultureInfo.InvariantCulture),
            };
        }
    }

    internal static Command Inspect()
    {
        var names = new Argument<string[]>("image") { Arity = ArgumentArity.OneOrMore };
        var format = new Option<string?>("--format", "-f") { Description = "json, or a template as {{.Id}}." };
        return CommandTree.OfMachine("inspect", "Show all about images.", (result, client) =>
            ListCommands.InspectAsync(result.GetValue(names)!, result.GetValue(format), name => client.GetTextAsync($"images/{name}/json")), names, format);
    }

    internal static Command Remove(string word = "rmi")
    {
        var names = new Argument<string[]>("image") { Arity = ArgumentArity.OneOrMore };
        var force = new Option<bool>("--force", "-f") { Description = "Also one with several names, or that zones that do not run are made from." };
        return CommandTree.OfMachine(word, "Delete images.", (result, client) => CommandTree.EachAsync(
            result.GetValue(names)!,
            async name =>
            {
                using HttpResponseMessage response = await client.SendAsync(HttpMethod.Delete, $"images/{name}?force={(result.GetValue(force) ? 1 : 0)}", null).ConfigureAwait(false);
                string text = await response.Content.ReadAsStringAsync().ConfigureAwait(false);
                foreach (ImageDeleteItem item in JsonSerializer.Deserialize(text, ApiJson.Default.ListImageDeleteItem) ?? [])
                    Console.WriteLine(item.Untagged is { } untagged ? $"Untagged: {untagged}" : $"Deleted: {item.Deleted}");
            },
            prints: false), names, force);
    }

    private static Command Tag()
    {
        var image = new Argument<string>("image");
        var name = new Argument<string>("name");
        return CommandTree.OfMachine("tag", "Give an image one more name.", async (result, client) =>
        {
            await client.PostAsync($"images/{result.GetValue(image)}/tag?{Reference(result.GetValue(name)!)}").ConfigureAwait(false);
            return 0;
        }, image, name);
    }

    private static Command History()
    {
        var image = new Argument<string>("image");
        var whole = new Option<bool>("--no-trunc") { Description = "Identities and commands in full." };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Identities only." };
        var human = new Option<bool>("--human", "-H") { Description = "Sizes and times for people.", DefaultValueFactory = static _ => true };
        var format = new Option<string?>("--format") { Description = Listing.FormatHelp };
        return CommandTree.OfMachine("history", "Show how an image was made.", async (result, client) =>
        {
            List<ImageHistoryItem> steps = await client.GetAsync($"images/{result.GetValue(image)}/history", ApiJson.Default.ListImageHistoryItem).ConfigureAwait(false);
            IEnumerable<JsonObject> rows = steps.Select(step => Row(step, result.GetValue(whole), result.GetValue(human)));
            if (result.GetValue(quiet))
                Listing.Print(rows, "{{.ID}}");
            else
                Listing.Print(rows, result.GetValue(format), ("IMAGE", "ID"), ("CREATED", "CreatedSince"), ("CREATED BY", "CreatedBy"), ("SIZE", "Size"), ("COMMENT", "Comment"));
            return 0;
        }, image, whole, quiet, human, format);
    }

    private static JsonObject Row(ImageHistoryItem step, bool whole, bool human) => new()
    {
        ["ID"] = !whole && step.Id.StartsWith("sha256:", StringComparison.Ordinal) ? step.Id[7..][..ShortId] : step.Id,
        ["CreatedAt"] = Rfc3339(step.Created),
        ["CreatedSince"] = step.Created == 0 ? "N/A" : human ? Ages.Show(DateTimeOffset.FromUnixTimeSeconds(step.Created)) + " ago" : Rfc3339(step.Created),
        ["CreatedBy"] = whole || step.CreatedBy.Length <= LongestStep ? step.CreatedBy : step.CreatedBy[..(LongestStep - 1)] + "…",
        ["Size"] = human ? ByteText.Decimal(step.Size) : step.Size.ToString(CultureInfo.InvariantCulture),
        ["Comment"] = step.Comment,
    };

    private static string Rfc3339(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture);

    private static Command Load()
    {
        var input = new Option<string?>("--input", "-i") { Description = "The archive; standard input if not given." };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "As docker has it; there is no progress to be shown." };
        return CommandTree.OfMachine("load", "Load images from an archive of docker's or the OCI's.", async (result, client) =>
        {
            if (result.GetValue(input) is null && HostTerminalPort.IsInputTerminal)
                throw new CommandException("load: an archive is missing: use -i FILE, or redirect standard input");
            using HttpContent body = FileBody.Read(result.GetValue(input));
            await ProgressText.ShowAsync(await client.SendAsync(HttpMethod.Post, "images/load", body).ConfigureAwait(false)).ConfigureAwait(false);
            return 0;
        }, input, quiet);
    }

    private static Command Save()
    {
        var names = new Argument<string[]>("image") { Arity = ArgumentArity.OneOrMore };
        var output = new Option<string?>("--output", "-o") { Description = "The archive; standard output if not given." };
        return CommandTree.OfMachine("save", "Save images to an archive.", async (result, client) =>
        {
            string query = string.Join('&', result.GetValue(names)!.Select(name => "names=" + CommandTree.Escape(name)));
            await FileBody.WriteAsync(client, "images/get?" + query, result.GetValue(output)).ConfigureAwait(false);
            return 0;
        }, names, output);
    }

    private static Command Import()
    {
        var file = new Argument<string>("file") { Description = "An archive of a root file system; - for standard input." };
        var name = new Argument<string?>("name") { Arity = ArgumentArity.ZeroOrOne };
        var changes = new Option<string[]>("--change", "-c") { Description = "An instruction of a Dockerfile: CMD, ENV, ..." };
        var message = new Option<string?>("--message", "-m") { Description = "What for." };
        var platform = new Option<string?>("--platform") { Description = "What its programs are made for: linux/amd64 if not given, or linux/386." };
        return CommandTree.OfMachine("import", "Make an image from the archive of a root file system.", async (result, client) =>
        {
            string query = "images/create?fromSrc=-" + Changes(result.GetValue(changes));
            if (result.GetValue(name) is { } wanted)
                query += "&" + Reference(wanted);
            if (result.GetValue(message) is { } text)
                query += "&message=" + CommandTree.Escape(text);
            if (result.GetValue(platform) is { } machine)
                query += "&platform=" + CommandTree.Escape(machine);
            using HttpContent body = FileBody.Read(result.GetValue(file));
            await ProgressText.ShowAsync(await client.SendAsync(HttpMethod.Post, query, body).ConfigureAwait(false)).ConfigureAwait(false);
            return 0;
        }, file, name, changes, message, platform);
    }

    private static string Changes(string[]? changes) => string.Concat((changes ?? []).Select(change => "&changes=" + CommandTree.Escape(change)));

    private static Command Commit()
    {
        var zone = new Argument<string>("zone");
        var name = new Argument<string?>("name") { Arity = ArgumentArity.ZeroOrOne };
        var author = new Option<string?>("--author", "-a") { Description = "Who has made it." };
        var message = new Option<string?>("--message", "-m") { Description = "What for." };
        var changes = new Option<string[]>("--change", "-c") { Description = "An instruction of a Dockerfile: CMD, ENV, ..." };
        var pause = new Option<bool>("--pause", "-p") { Description = "As docker has it; the tree is a snapshot, so that nothing has to be held.", DefaultValueFactory = static _ => true };
        return CommandTree.OfMachine("commit", "Make an image of a zone's changes.", async (result, client) =>
        {
            string query = "commit?container=" + CommandTree.Escape(result.GetValue(zone)!) + Changes(result.GetValue(changes));
            if (result.GetValue(name) is { } wanted)
                query += "&" + Reference(wanted);
            if (result.GetValue(author) is { } who)
                query += "&author=" + CommandTree.Escape(who);
            if (result.GetValue(message) is { } text)
                query += "&comment=" + CommandTree.Escape(text);
            Console.WriteLine((await client.PostAsync(query, null, ApiJson.Default.IdResponse).ConfigureAwait(false)).Id);
            return 0;
        }, zone, name, author, message, changes, pause);
    }

    private static Command Diff()
    {
        var zone = new Argument<string>("zone");
        var format = new Option<string?>("--format") { Description = "json, or a template as {{.Kind}} {{.Path}}." };
        return CommandTree.OfMachine("diff", "List what a zone has changed of its image.", async (result, client) =>
        {
            string path = $"containers/{CommandTree.Escape(result.GetValue(zone)!)}/changes";
            List<ChangeItem> changes = await client.GetAsync(path, ApiJson.Default.ListChangeItem).ConfigureAwait(false);
            Listing.Print(
                changes.Select(change => new JsonObject { ["Kind"] = "CAD"[change.Kind].ToString(), ["Path"] = change.Path }), result.GetValue(format) ?? "{{.Kind}} {{.Path}}",
                ("CHANGE TYPE", "Kind"), ("PATH", "Path"));
            return 0;
        }, zone, format);
    }

    private static Command Export()
    {
        var zone = new Argument<string>("zone");
        var output = new Option<string?>("--output", "-o") { Description = "The archive; standard output if not given." };
        return CommandTree.OfMachine("export", "Save the tree of a zone to an archive.", async (result, client) =>
        {
            await FileBody.WriteAsync(client, $"containers/{CommandTree.Escape(result.GetValue(zone)!)}/export", result.GetValue(output)).ConfigureAwait(false);
            return 0;
        }, zone, output);
    }
}
