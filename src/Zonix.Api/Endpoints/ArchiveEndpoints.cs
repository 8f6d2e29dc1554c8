using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zonix.Abi;
using Zonix.Api.Docker;
using Zonix.Zones;
using Zonix.Zones.Content;
using Zonix.Zones.Life;

namespace Zonix.Api.Endpoints;

/// <summary>Files into and out of containers as tar archives: what docker cp is made of. They may run or not.</summary>
internal static class ArchiveEndpoints
{
    internal static void Map(IEndpointRouteBuilder app, LocalMachine machine)
    {
        app.MapMethods("/containers/{id}/archive", ["HEAD"], http => StatAsync(http, ContainerEndpoints.Find(http, machine)));
        app.MapGet("/containers/{id}/archive", http => GetAsync(http, ContainerEndpoints.Find(http, machine)));
        app.MapPut("/containers/{id}/archive", http => PutAsync(http, ContainerEndpoints.Find(http, machine)));
    }

    private static string Path(HttpContext http) =>
        Answers.Text(http, "path") ?? throw new ZoneException(ZoneError.Invalid, "path: missing; expected a path of the container");

    private static async Task StatAsync(HttpContext http, ZoneLife zone)
    {
        string path = Path(http);
        Describe(http, await zone.VisitAsync(changes: false, (tree, _) => ZoneArchive.Stat(tree, path), http.RequestAborted).ConfigureAwait(false));
    }

    private static async Task GetAsync(HttpContext http, ZoneLife zone)
    {
        string path = Path(http);
        await zone.VisitAsync(
            changes: false,
            (tree, cancellation) =>
            {
                Describe(http, ZoneArchive.Stat(tree, path));
                http.Response.ContentType = "application/x-tar";
                ZoneArchive.Pack(tree, path, http.Response.Body, cancellation);
                return true;
            },
            http.RequestAborted).ConfigureAwait(false);
    }

    private static async Task PutAsync(HttpContext http, ZoneLife zone)
    {
        string path = Path(http);
        bool keepsKinds = Answers.Flag(http, "noOverwriteDirNonDir");
        await zone.VisitAsync(
            changes: true,
            (tree, cancellation) =>
            {
                ZoneArchive.Unpack(tree, path, http.Request.Body, keepsKinds, cancellation);
                return true;
            },
            http.RequestAborted).ConfigureAwait(false);
        await Answers.Empty(http, StatusCodes.Status200OK).ConfigureAwait(false);
    }

    private static void Describe(HttpContext http, PlaceStat place)
    {
        string time = DateTimeOffset.FromUnixTimeSeconds(place.Modified.Seconds).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        var stat = new PathStat(
            place.Name, place.Size, GoMode(place.Mode), string.Create(CultureInfo.InvariantCulture, $"{time}.{place.Modified.Nanoseconds:d9}Z"), place.LinkTarget);
        http.Response.Headers[PathStat.Header] = Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(stat, ApiJson.Default.PathStat));
    }

    // Go's own bits for types and set-ID: io/fs, FileMode.
    private static uint GoMode(uint mode)
    {
        const uint SetUid = 1u << 23, SetGid = 1u << 22, Sticky = 1u << 20;
        uint go = mode & 0x1FF;
        go |= (mode & FileModeBits.S_IFMT) switch
        {
            FileModeBits.S_IFDIR => PathStat.DirectoryMode,
            FileModeBits.S_IFLNK => PathStat.LinkMode,
            FileModeBits.S_IFBLK => 1u << 26,
            FileModeBits.S_IFCHR => (1u << 26) | (1u << 21),
            FileModeBits.S_IFIFO => 1u << 25,
            FileModeBits.S_IFSOCK => 1u << 24,
            _ => 0,
        };
        return go | ((mode & 0x800) != 0 ? SetUid : 0) | ((mode & 0x400) != 0 ? SetGid : 0) | ((mode & 0x200) != 0 ? Sticky : 0);
    }
}
