using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Zonix.Api;
using Zonix.Api.Docker;
using Zonix.Cli.Client;

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
        var all = new Option<bool>("--all", "-a") { Description = "As docker has it; there are no hidden ones." };
        var filter = new Option<string[]>("--filter", "-f") { Description = "reference=, dangling=, label=" };
        var format = new Option<string?>("--format") { Description = "json, or a template as {{.Repository}}:{{.Tag}}." };
        return CommandTree.OfMachine(word, "List images.", async (result, client) =>
        {
            List<ImageSummary> images = await client.GetAsync("images/json?" + FilterText.Query(result.GetValue(filter)).TrimStart('&'), ApiJson.Default.ListImageSummary).ConfigureAwait(false);
            JsonObject[] rows = [.. images.SelectMany(Rows)];
            if (result.GetValue(quiet))
            {
                foreach (string id in rows.Select(row => row["ID"]!.ToString()).Distinct())
                    Console.WriteLine(id);
            }
            else if (result.GetValue(format) is { } template and not "table")
            {
                foreach (JsonObject row in rows)
                    Console.WriteLine(Template.Format(row, template));
            }
            else
            {
                var table = new Columns("REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE");
                foreach (JsonObject row in rows)
                    table.Add([.. ((string[])["Repository", "Tag", "ID", "CreatedSince", "Size"]).Select(name => row[name]!.ToString())]);
                table.Print();
            }

            return 0;
        }, quiet, all, filter, format);
    }

    internal static IEnumerable<JsonObject> Rows(ImageSummary image)
    {
        foreach (string name in image.RepoTags.DefaultIfEmpty("<none>:<none>"))
        {
            int colon = name.LastIndexOf(':');
            yield return new JsonObject
            {
                ["Repository"] = name[..colon],
                ["Tag"] = name[(colon + 1)..],
                ["ID"] = image.Id["sha256:".Length..][..ShortId],
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
        var whole = new Option<bool>("--no-trunc") { Description = "Commands in full." };
        var format = new Option<string?>("--format") { Description = Listing.FormatHelp };
        return CommandTree.OfMachine("history", "Show how an image was made.", async (result, client) =>
        {
            List<ImageHistoryItem> steps = await client.GetAsync($"images/{result.GetValue(image)}/history", ApiJson.Default.ListImageHistoryItem).ConfigureAwait(false);
            Listing.Print(
                steps.Select(step => Row(step, result.GetValue(whole))), result.GetValue(format),
                ("IMAGE", "ID"), ("CREATED", "CreatedSince"), ("CREATED BY", "CreatedBy"), ("SIZE", "Size"), ("COMMENT", "Comment"));
            return 0;
        }, image, whole, format);
    }

    private static JsonObject Row(ImageHistoryItem step, bool whole) => new()
    {
        ["ID"] = step.Id.StartsWith("sha256:", StringComparison.Ordinal) ? step.Id[7..][..ShortId] : step.Id,
        ["CreatedSince"] = step.Created == 0 ? "N/A" : Ages.Show(DateTimeOffset.FromUnixTimeSeconds(step.Created)) + " ago",
        ["CreatedBy"] = whole || step.CreatedBy.Length <= LongestStep ? step.CreatedBy : step.CreatedBy[..(LongestStep - 1)] + "…",
        ["Size"] = ByteText.Decimal(step.Size),
        ["Comment"] = step.Comment,
    };

    private static Command Load()
    {
        var input = new Option<string?>("--input", "-i") { Description = "The archive; standard input if not given." };
        return CommandTree.OfMachine("load", "Load images from an archive of docker's or the OCI's.", async (result, client) =>
        {
            using HttpContent body = FileBody.Read(result.GetValue(input));
            await ProgressText.ShowAsync(await client.SendAsync(HttpMethod.Post, "images/load", body).ConfigureAwait(false)).ConfigureAwait(false);
            return 0;
        }, input);
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
        var message = new Option<string?>("--message", "-m");
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
        var author = new Option<string?>("--author", "-a");
        var message = new Option<string?>("--message", "-m");
        var changes = new Option<string[]>("--change", "-c") { Description = "An instruction of a Dockerfile: CMD, ENV, ..." };
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
        }, zone, name, author, message, changes);
    }

    private static Command Diff()
    {
        var zone = new Argument<string>("zone");
        var format = new Option<string?>("--format") { Description = "json, or a template as {{.Kind}} {{.Path}}." };
        return CommandTree.OfMachine("diff", "List what a zone has changed of its image.", async (result, client) =>
        {
            string path = $"containers/{CommandTree.Escape(result.GetValue(zone)!)}/changes";
            List<ChangeItem> changes = await client.GetAsync(path, ApiJson.Default.ListChangeItem).ConfigureAwait(false);
            foreach (JsonObject row in changes.Select(change => new JsonObject { ["Kind"] = "CAD"[change.Kind].ToString(), ["Path"] = change.Path }))
                Console.WriteLine(Template.Format(row, result.GetValue(format) ?? "{{.Kind}} {{.Path}}"));
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
