using System.CommandLine;
using System.Text;
using System.Text.Json;
using Zonix.Abi;
using Zonix.Api;
using Zonix.Api.Docker;
using Zonix.Cli.Client;
using Zonix.Cli.Copying;
using Zonix.Host.Files;
using Zonix.Images;
using Zonix.Images.Tar;

namespace Zonix.Cli.Commands;

/// <summary>cp: files into and out of zones, by docker's rules for what is there and what is not.</summary>
internal static class CopyCommand
{
    internal static void AddTo(Command root)
    {
        var from = new Argument<string>("from") { Description = "ZONE:PATH, a path of the host, or - for an archive on standard input." };
        var to = new Argument<string>("to") { Description = "A path of the host, ZONE:PATH, or - for an archive on standard output." };
        var archive = new Option<bool>("--archive", "-a") { Description = "Keep owners and set-ID bits; else copies are root's in a zone, and the caller's on the host." };
        var follow = new Option<bool>("--follow-link", "-L") { Description = "Follow a link that is the source itself." };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Do not say how much was copied." };
        root.Subcommands.Add(CommandTree.OfMachine("cp", "Copy files between a zone and the host, or between zones.", async (result, client) =>
        {
            CopyPlace source = CopyPlace.Parse(result.GetValue(from)!), target = CopyPlace.Parse(result.GetValue(to)!);
            bool keepsOwners = result.GetValue(archive), follows = result.GetValue(follow);
            long bytes = (source.Zone, target.Zone) switch
            {
                (null, null) => throw new CommandException("cp: one of both must be ZONE:PATH"),
                ({ }, { }) => await AcrossAsync(client, source, target, keepsOwners, follows).ConfigureAwait(false),
                (null, _) => await InAsync(client, source, target, keepsOwners, follows).ConfigureAwait(false),
                _ => await OutAsync(client, source, target, keepsOwners, follows).ConfigureAwait(false),
            };
            if (!result.GetValue(quiet) && !target.IsStream)
                await Console.Error.WriteLineAsync($"Successfully copied {ByteText.Decimal(bytes)} to {result.GetValue(to)}").ConfigureAwait(false);
            return 0;
        }, from, to, archive, follow, quiet));
    }

    private static async Task<long> InAsync(MachineClient client, CopyPlace source, CopyPlace target, bool keepsOwners, bool follows)
    {
        (CopyPlace place, PathStat? there) = await EndAsync(client, target).ConfigureAwait(false);
        if (source.IsStream)
        {
            if (there is not { IsDirectory: true })
                throw new CommandException($"{target.Zone}:{target.Path}: an archive goes into a directory, and this is none");
            using Stream input = Console.OpenStandardInput();
            using var counted = new StreamContent(input);
            await PutAsync(client, place, counted).ConfigureAwait(false);
            return 0;
        }

        (string path, bool isDirectory) = Local(source, follows);
        (string directory, string name) = Where(source, isDirectory, place, there);
        place = await IntoAsync(client, place, directory).ConfigureAwait(false);
        long bytes = 0;
        using var content = new PushContent(stream => bytes = Pack(path, isDirectory, name, keepsOwners, stream));
        try
        {
            await PutAsync(client, place, content).ConfigureAwait(false);
        }
        catch (CommandException) when (content.Failure is CommandException failure)
        {
            throw failure;
        }

        return bytes;
    }

    private static async Task<long> OutAsync(MachineClient client, CopyPlace source, CopyPlace target, bool keepsOwners, bool follows)
    {
        (source, PathStat stat) = await BeginAsync(client, source, follows).ConfigureAwait(false);
        string request = Archive(source) + CommandTree.Escape(source.Path);
        if (target.IsStream)
        {
            await FileBody.WriteAsync(client, request, null).ConfigureAwait(false);
            return 0;
        }

        PathStat? there = Directory.Exists(target.Path) ? new PathStat("", 0, PathStat.DirectoryMode, "", "") :
            File.Exists(target.Path) ? new PathStat("", 0, 0, "", "") : null;
        (string directory, string name) = Where(source, stat.IsDirectory, target, there);
        int e = HostDirectory.OpenRoot(directory, out HostDirectory? into);
        if (e != 0)
            throw new CommandException($"{directory}: {ErrnoText.Describe((Errno)e)}");
        using (into)
        {
            using HttpResponseMessage response = await client.SendAsync(HttpMethod.Get, request, null).ConfigureAwait(false);
            using Stream body = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
            var unpacker = new HostUnpacker(into!, Named(First(source)), Named(name), keepsOwners);
            try
            {
                await Task.Run(() => unpacker.Unpack(new TarReader(body))).ConfigureAwait(false);
            }
            catch (ImageException broken)
            {
                throw new CommandException($"{source.Zone}:{source.Path}: {broken.Message}");
            }

            return unpacker.Bytes;
        }
    }

    // What a zone packs is unpacked in the other one as it comes. Within one that does not run the one would wait for the other: there it is kept
    // in a file meanwhile.
    private static async Task<long> AcrossAsync(MachineClient client, CopyPlace source, CopyPlace target, bool keepsOwners, bool follows)
    {
        (source, PathStat stat) = await BeginAsync(client, source, follows).ConfigureAwait(false);
        (CopyPlace place, PathStat? there) = await EndAsync(client, target).ConfigureAwait(false);
        (string directory, string name) = Where(source, stat.IsDirectory, place, there);
        place = await IntoAsync(client, place, directory).ConfigureAwait(false);
        var renamer = new ArchiveRenamer(Named(First(source)), Named(name), keepsOwners);
        using HttpResponseMessage response = await client.SendAsync(HttpMethod.Get, Archive(source) + CommandTree.Escape(source.Path), null).ConfigureAwait(false);
        using Stream body = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
        try
        {
            if (await IdAsync(client, source).ConfigureAwait(false) != await IdAsync(client, target).ConfigureAwait(false))
            {
                using var content = new PushContent(stream => renamer.Copy(new TarReader(body), new TarWriter(stream)));
                await PutAsync(client, place, content).ConfigureAwait(false);
                return renamer.Bytes;
            }

            using var kept = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 128 << 10, FileOptions.DeleteOnClose);
            await Task.Run(() => renamer.Copy(new TarReader(body), new TarWriter(kept))).ConfigureAwait(false);
            kept.Position = 0;
            using var whole = new StreamContent(kept);
            await PutAsync(client, place, whole).ConfigureAwait(false);
            return renamer.Bytes;
        }
        catch (ImageException broken)
        {
            throw new CommandException($"{source.Zone}:{source.Path}: {broken.Message}");
        }
    }

    // What is to be copied, which is there.
    private static async Task<(CopyPlace Source, PathStat Stat)> BeginAsync(MachineClient client, CopyPlace source, bool follows)
    {
        PathStat stat = await StatAsync(client, source).ConfigureAwait(false) ??
            throw new CommandException($"Could not find the file {source.Path} in zone {source.Zone}");
        if (!stat.IsLink || !follows)
            return (source, stat);
        source = source with { Path = stat.LinkTarget };
        return (source, await StatAsync(client, source).ConfigureAwait(false) ?? throw new CommandException($"{source.Zone}:{source.Path}: the link leads nowhere"));
    }

    private static async Task<CopyPlace> IntoAsync(MachineClient client, CopyPlace place, string directory)
    {
        place = place with { Path = directory };
        return await StatAsync(client, place).ConfigureAwait(false) is { IsDirectory: true }
            ? place
            : throw new CommandException($"{place.Zone}:{directory}: there is no such directory; make it first: zonix exec {place.Zone} mkdir -p {directory}");
    }

    private static async Task<string> IdAsync(MachineClient client, CopyPlace place) =>
        (await client.GetAsync($"containers/{CommandTree.Escape(place.Zone!)}/json", ApiJson.Default.ContainerDetails).ConfigureAwait(false)).Id;

    private static string First(CopyPlace source) => source.MeansContents || source.Name.Length == 0 ? "." : source.Name;

    private static byte[]? Named(string name) => name == "." ? null : Encoding.UTF8.GetBytes(name);

    /// <summary>The directory that something is put into, and its name there; ".": its contents go into the directory. docker cp --help.</summary>
    internal static (string Directory, string Name) Where(CopyPlace source, bool isDirectory, CopyPlace target, PathStat? there)
    {
        if (there is { IsDirectory: true })
            return (target.Path, source.MeansContents || source.Name.Length == 0 ? "." : source.Name);
        if (there is not null && isDirectory)
            throw new CommandException($"{target.Path}: cannot copy a directory to a file");
        if (there is not null && target.AssertsDirectory)
            throw new CommandException($"{target.Path}: not a directory");
        if (there is null && !isDirectory && target.AssertsDirectory)
            throw new CommandException($"{target.Path}: there is no such directory");
        return (target.Above, target.Name);
    }

    private static (string Path, bool IsDirectory) Local(CopyPlace source, bool follows)
    {
        string path = Path.GetFullPath(source.Plain);
        FileSystemInfo info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        if (!info.Exists && info.LinkTarget is null)
            throw new CommandException($"{source.Path}: there is no such file or directory");
        bool isDirectory = Directory.Exists(path);
        if (info.LinkTarget is null || !(follows || source.AssertsDirectory))
            return (path, isDirectory && info.LinkTarget is null);
        FileSystemInfo end = info.ResolveLinkTarget(returnFinalTarget: true)!;
        return end.Exists ? (end.FullName, isDirectory) : throw new CommandException($"{source.Path}: the link leads nowhere");
    }

    private static long Pack(string path, bool isDirectory, string name, bool keepsOwners, Stream stream)
    {
        var archive = new TarWriter(stream);
        var packer = new HostPacker(archive, keepsOwners);
        byte[] shown = Encoding.UTF8.GetBytes(name);
        int e = HostDirectory.OpenRoot(isDirectory ? path : Path.GetDirectoryName(path)!, out HostDirectory? directory);
        if (e != 0)
            throw new CommandException($"{path}: {ErrnoText.Describe((Errno)e)}");
        using (directory)
        {
            if (!isDirectory)
            {
                packer.Pack(directory!, Encoding.UTF8.GetBytes(Path.GetFileName(path)), shown);
            }
            else
            {
                e = new HostEntry(directory!.Descriptor).Stat(out HostStat stat);
                if (e != 0)
                    throw new CommandException($"{path}: {ErrnoText.Describe((Errno)e)}");
                packer.PackDirectory(directory, shown, stat);
            }
        }

        archive.Complete();
        return packer.Bytes;
    }

    // A link at the end of the target leads to where things go.
    private static async Task<(CopyPlace Place, PathStat? There)> EndAsync(MachineClient client, CopyPlace target)
    {
        PathStat? there = await StatAsync(client, target).ConfigureAwait(false);
        if (there is not { IsLink: true })
            return (target, there);
        CopyPlace end = target with { Path = there.LinkTarget };
        return (end, await StatAsync(client, end).ConfigureAwait(false));
    }

    private static string Archive(CopyPlace place) => $"containers/{CommandTree.Escape(place.Zone!)}/archive?path=";

    private static async Task<PathStat?> StatAsync(MachineClient client, CopyPlace place)
    {
        // An error of HEAD has no text: whether the zone is there is asked first.
        string id = CommandTree.Escape(place.Zone!);
        using HttpResponseMessage zone = await client.SendAsync(HttpMethod.Get, $"containers/{id}/json", null).ConfigureAwait(false);
        try
        {
            using HttpResponseMessage response = await client.SendAsync(HttpMethod.Head, Archive(place) + CommandTree.Escape(place.Path), null).ConfigureAwait(false);
            string header = response.Headers.TryGetValues(PathStat.Header, out IEnumerable<string>? values) ? values.First() : "";
            return JsonSerializer.Deserialize(Convert.FromBase64String(header), ApiJson.Default.PathStat);
        }
        catch (CommandException e) when (e.Status == 404)
        {
            return null;
        }
    }

    private static async Task PutAsync(MachineClient client, CopyPlace place, HttpContent content)
    {
        string request = Archive(place) + CommandTree.Escape(place.Path) + "&noOverwriteDirNonDir=true";
        using HttpResponseMessage response = await client.SendAsync(HttpMethod.Put, request, content).ConfigureAwait(false);
    }
}
