using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Zonix.Images.References;
using Zonix.Images.Tar;
using Zonix.Zones.Tests;

namespace Zonix.Api.Tests;

/// <summary>Archives, volumes, snapshots and the room they take, as clients ask for them.</summary>
public sealed class TreeApiTests
{
    [Fact]
    public async Task An_archive_is_put_described_and_got()
    {
        await using Server server = await StartAsync();
        using HttpClient http = Client(server);
        await server.JsonAsync("POST", "/containers/create?name=z", """{"Image":"small","Cmd":["sleep","1000"]}""", 201);
        using (var body = new ByteArrayContent(Tar("file", "content")))
        using (HttpResponseMessage put = await http.PutAsync("/v1.43/containers/z/archive?path=/srv&noOverwriteDirNonDir=true", body))
            Assert.Equal(200, (int)put.StatusCode);
        using (HttpResponseMessage head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/containers/z/archive?path=/srv/file")))
        {
            JsonNode stat = JsonNode.Parse(Convert.FromBase64String(head.Headers.GetValues("X-Docker-Container-Path-Stat").Single()))!;
            Assert.Equal(("file", 7, 0x1A4), (stat["name"]!.ToString(), stat["size"]!.GetValue<int>(), stat["mode"]!.GetValue<int>()));
        }

        using (Stream got = await http.GetStreamAsync("/containers/z/archive?path=/srv/file"))
        {
            var tar = new TarReader(got);
            Assert.Equal("file", Encoding.UTF8.GetString(tar.Next()!.Name));
            Assert.Equal("content", Encoding.UTF8.GetString(tar.ReadAll(100)));
        }

        using HttpResponseMessage none = await http.GetAsync("/containers/z/archive?path=/none");
        Assert.Equal(404, (int)none.StatusCode);
        Assert.Equal(400, (await server.SendAsync("GET", "/containers/z/archive")).Status);
        Assert.Equal(404, (await server.SendAsync("GET", "/containers/nobody/archive?path=/")).Status);
    }

    [Fact]
    public async Task Volumes_are_made_listed_used_and_deleted()
    {
        await using Server server = await StartAsync();
        JsonNode made = await server.JsonAsync("POST", "/volumes/create", """{"Name":"data","Labels":{"a":"b"}}""", 201);
        Assert.Equal("data", made["Name"]!.ToString());
        await server.JsonAsync("POST", "/containers/create?name=z", """{"Image":"small","Cmd":["true"],"Volumes":{"/anon":{}},"HostConfig":{"Binds":["data:/d:ro"]}}""", 201);
        JsonNode details = await server.JsonAsync("GET", "/containers/z/json");
        Assert.Equal(["data:/d:ro"], details["HostConfig"]!["Binds"]!.AsArray().Take(1).Select(one => one!.ToString()));
        Assert.Equal("volume", details["Mounts"]![0]!["Type"]!.ToString());
        Assert.Equal(2, (await server.JsonAsync("GET", "/volumes"))["Volumes"]!.AsArray().Count);
        Assert.Single((await server.JsonAsync("GET", """/volumes?filters={"label":["a=b"]}"""))["Volumes"]!.AsArray());
        Assert.Empty((await server.JsonAsync("GET", """/volumes?filters={"dangling":["true"]}"""))["Volumes"]!.AsArray());
        Assert.Contains("remove the zone z", (await server.JsonAsync("DELETE", "/volumes/data", status: 409))["message"]!.ToString(), StringComparison.Ordinal);
        JsonNode usage = await server.JsonAsync("GET", "/system/df");
        Assert.Equal((1, 1, 2), (usage["Images"]!.AsArray().Count, usage["Containers"]!.AsArray().Count, usage["Volumes"]!.AsArray().Count));
        Assert.True(usage["LayersSize"]!.GetValue<long>() > 0);
        Assert.Equal(204, (await server.SendAsync("DELETE", "/containers/z?v=1")).Status);
        Assert.Equal("data", Assert.Single((await server.JsonAsync("GET", "/volumes"))["Volumes"]!.AsArray())!["Name"]!.ToString());
        Assert.Empty((await server.JsonAsync("POST", "/volumes/prune"))["VolumesDeleted"]!.AsArray());
        Assert.Single((await server.JsonAsync("POST", """/volumes/prune?filters={"all":["true"]}"""))["VolumesDeleted"]!.AsArray());
        Assert.Equal(404, (await server.SendAsync("GET", "/volumes/data")).Status);
    }

    [Fact]
    public async Task Zones_are_kept_cloned_and_rolled_back()
    {
        await using Server server = await StartAsync();
        await server.JsonAsync("POST", "/containers/create?name=z", """{"Image":"small","Cmd":["sleep","1000"]}""", 201);
        await server.SendAsync("POST", "/containers/z/start");
        Assert.Equal("one", (await server.JsonAsync("POST", "/zonix/zones/z/snapshots?name=one", status: 201))["name"]!.ToString());
        Assert.Equal(409, (await server.SendAsync("POST", "/zonix/zones/z/snapshots?name=one")).Status);
        Assert.Single((await server.JsonAsync("GET", "/zonix/zones/z/snapshots")).AsArray());
        Assert.Equal("c", (await server.JsonAsync("POST", "/zonix/zones/z/clone?snapshot=one&name=c&boot=1", status: 201))["alias"]!.ToString());
        Assert.Equal(204, (await server.SendAsync("POST", "/zonix/zones/z/rollback?snapshot=one&t=0")).Status);
        Assert.Equal("running", (await server.JsonAsync("GET", "/zonix/zones/z"))["state"]!.ToString());
        string dataset = (await server.JsonAsync("GET", "/zonix/zones/z"))["dataset"]!.ToString();
        Assert.Contains("-f", (await server.JsonAsync("POST", $"/zonix/datasets/rollback?name={dataset}@one", status: 409))["message"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(204, (await server.SendAsync("POST", "/containers/z/kill")).Status);
        Assert.Equal(204, (await server.SendAsync("POST", $"/zonix/datasets/rollback?name={dataset}@one")).Status);
        Assert.Equal(404, (await server.SendAsync("POST", "/zonix/zones/z/rollback?snapshot=two")).Status);
        Assert.Equal(409, (await server.SendAsync("DELETE", "/zonix/zones/z/snapshots/one")).Status);
    }

    private static async Task<Server> StartAsync()
    {
        Server server = await Server.StartAsync();
        MemoryStream? archive = SmallImage.Pack();
        if (archive is null)
        {
            await server.DisposeAsync();
            Assert.Skip("the host has no ldd");
        }

        server.Machine.Images.ImportTar(archive!, ImageReference.Parse("small"));
        return server;
    }

    private static HttpClient Client(Server server)
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(server.Machine.Paths.Socket), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = new Uri("http://zonix/") };
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
        return client;
    }

    private static byte[] Tar(string name, string text)
    {
        var archive = new MemoryStream();
        var tar = new TarWriter(archive);
        tar.WriteEntry(new TarEntry
        {
            Kind = TarEntryKind.File, Name = Encoding.UTF8.GetBytes(name), Size = text.Length, Attributes = new Images.Unpacking.EntryAttributes(0x81A4, 0, 0, default),
        });
        tar.Write(Encoding.UTF8.GetBytes(text));
        tar.Complete();
        return archive.ToArray();
    }
}
