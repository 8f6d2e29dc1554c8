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
    private const int ShortId = 12;

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

    private static Command Images()
    {
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Identities only." };
        var all = new Option<bool>("--all", "-a") { Description = "As docker has it; there are no hidden ones." };
        var filter = new Option<string[]>("--filter", "-f") { Description = "reference=, dangling=, label=" };
        var format = new Option<string?>("--format") { Description = "json, or a template as {{.Repository}}:{{.Tag}}." };
        return CommandTree.OfMachine("images", "List images.", async (result, client) =>
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

    private static IEnumerable<JsonObject> Rows(ImageSummary image)
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

    private static Command Remove()
    {
        var names = new Argument<string[]>("image") { Arity = ArgumentArity.OneOrMore };
        var force = new Option<bool>("--force", "-f") { Description = "Also one with several names, or that zones that do not run are made from." };
        return CommandTree.OfMachine("rmi", "Delete images.", (result, client) => CommandTree.EachAsync(
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
        return CommandTree.OfMachine("history", "Show how an image was made.", async (result, client) =>
        {
            var table = new Columns("IMAGE", "CREATED", "CREATED BY", "SIZE", "COMMENT");
            foreach (ImageHistoryItem step in await client.GetAsync($"images/{result.GetValue(image)}/history", ApiJson.Default.ListImageHistoryItem).ConfigureAwait(false))
            {
                string id = step.Id.StartsWith("sha256:", StringComparison.Ordinal) ? step.Id[7..][..ShortId] : step.Id;
                string age = step.Created == 0 ? "N/A" : Ages.Show(DateTimeOffset.FromUnixTimeSeconds(step.Created)) + " ago";
                table.Add(id, age, step.CreatedBy.Length > 45 ? step.CreatedBy[..44] + "…" : step.CreatedBy, ByteText.Decimal(step.Size), step.Comment);
            }

            table.Print();
            return 0;
        }, image);
    }

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
        return CommandTree.OfMachine("import", "Make an image from the archive of a root file system.", async (result, client) =>
        {
            string query = "images/create?fromSrc=-" + Changes(result.GetValue(changes));
            if (result.GetValue(name) is { } wanted)
                query += "&" + Reference(wanted);
            if (result.GetValue(message) is { } text)
                query += "&message=" + CommandTree.Escape(text);
            using HttpContent body = FileBody.Read(result.GetValue(file));
            await ProgressText.ShowAsync(await client.SendAsync(HttpMethod.Post, query, body).ConfigureAwait(false)).ConfigureAwait(false);
            return 0;
        }, file, name, changes, message);
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
        return CommandTree.OfMachine("diff", "List what a zone has changed of its image.", async (result, client) =>
        {
            foreach (ChangeItem change in await client.GetAsync($"containers/{CommandTree.Escape(result.GetValue(zone)!)}/changes", ApiJson.Default.ListChangeItem).ConfigureAwait(false))
                Console.WriteLine($"{"CAD"[change.Kind]} {change.Path}");
            return 0;
        }, zone);
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
