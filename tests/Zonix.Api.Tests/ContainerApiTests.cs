using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Zonix.Api.Tests;

/// <summary>Containers as docker's clients ask for them.</summary>
public sealed class ContainerApiTests
{
    [Fact]
    public async Task The_socket_is_its_user_s_alone_and_ping_answers()
    {
        await using Server server = await Server.StartAsync();
        Assert.Equal((200, "OK"), await server.SendAsync("GET", "/_ping"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(server.Machine.Paths.Socket));
        Assert.Equal("1.43", (await server.JsonAsync("GET", "/version"))["ApiVersion"]!.ToString());
        Assert.Equal(404, (await server.SendAsync("GET", "/v1.43/nonsense")).Status);
    }

    [Fact]
    public async Task A_container_is_made_started_waited_for_and_removed()
    {
        await using Server server = await Server.StartAsync();
        string id = await server.CreateAsync("echo out; echo err >&2; exit 6", ""","Labels":{"a":"b"}""");
        Task<JsonNode> wait = server.JsonAsync("POST", $"/containers/{id}/wait?condition=next-exit");
        Assert.Equal(204, (await server.SendAsync("POST", $"/containers/{id}/start")).Status);
        Assert.Equal(6, (await wait.WaitAsync(Server.Patience))["StatusCode"]!.GetValue<int>());
        JsonNode details = await server.JsonAsync("GET", $"/containers/{id[..12]}/json");
        Assert.Equal("exited", details["State"]!["Status"]!.ToString());
        Assert.Empty((await server.JsonAsync("GET", "/containers/json")).AsArray());
        Assert.Single((await server.JsonAsync("GET", """/containers/json?all=1&filters={"label":["a=b"]}""")).AsArray());
        Assert.Empty((await server.JsonAsync("GET", """/containers/json?all=1&filters={"label":{"a=c":true}}""")).AsArray());
        Assert.Equal(204, (await server.SendAsync("DELETE", $"/containers/{id}")).Status);
        JsonNode error = await server.JsonAsync("GET", $"/containers/{id}/json", status: 404);
        Assert.Contains("No such container", error["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_with_a_reason()
    {
        await using Server server = await Server.StartAsync();
        Assert.Equal(404, (await server.SendAsync("POST", "/containers/create", """{"Image":"no/such:image"}""")).Status);
        Assert.Equal(400, (await server.SendAsync("POST", "/containers/create", "{")).Status);
        JsonNode error = await server.JsonAsync("POST", "/containers/create", """{"Image":"host","Cmd":["x"],"HostConfig":{"Binds":["./data:/x"]}}""", 400);
        Assert.Contains("must be absolute", error["message"]!.ToString(), StringComparison.Ordinal);
        string id = (await server.JsonAsync("POST", "/containers/create?name=n", """{"Image":"host","Cmd":["/no/such"]}""", 201))["Id"]!.ToString();
        Assert.Equal(409, (await server.SendAsync("POST", "/containers/create?name=n", """{"Image":"host","Cmd":["x"]}""")).Status);
        error = await server.JsonAsync("POST", $"/containers/{id}/start", status: 400);
        Assert.Equal("command_not_found", error["code"]!.ToString());
        Assert.Equal(409, (await server.SendAsync("POST", "/containers/n/kill")).Status);
        Assert.Equal(304, (await server.SendAsync("POST", "/containers/n/stop")).Status);
    }

    [Fact]
    public async Task The_end_of_a_client_s_input_is_the_end_of_the_program_s_and_not_of_its_output()
    {
        await using Server server = await Server.StartAsync();
        string id = await server.CreateAsync("cat; echo done", ""","OpenStdin":true,"StdinOnce":true""");
        using Socket wire = server.Connect();
        await Server.WriteAsync(wire, "POST", $"/containers/{id}/attach?stream=1&stdin=1&stdout=1&stderr=1", null, "Connection: Upgrade\r\nUpgrade: tcp\r\n");
        await server.SendAsync("POST", $"/containers/{id}/start");
        await wire.SendAsync("typed\n"u8.ToArray());
        wire.Shutdown(SocketShutdown.Send);
        byte[] all = await Server.ReadToEndAsync(wire);
        (string head, string output) = Split(all);
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        Assert.Equal("typed\ndone\n", output);
    }

    [Fact]
    public async Task An_exec_is_started_by_a_request_with_a_body_that_becomes_its_stream()
    {
        await using Server server = await Server.StartAsync();
        string id = await server.CreateAsync("exec sleep 1000");
        await server.SendAsync("POST", $"/containers/{id}/start");
        string exec = (await server.JsonAsync("POST", $"/containers/{id}/exec", """{"Cmd":["sh","-c","echo hi; exit 3"],"AttachStdout":true}""", 201))["Id"]!.ToString();
        using Socket wire = server.Connect();
        await Server.WriteAsync(wire, "POST", $"/exec/{exec}/start", """{"Detach":false,"Tty":false}""", "Connection: Upgrade\r\nUpgrade: tcp\r\n");
        (string head, string output) = Split(await Server.ReadToEndAsync(wire));
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        Assert.Equal("hi\n", output);
        JsonNode details = await server.JsonAsync("GET", $"/exec/{exec}/json");
        Assert.Equal(3, details["ExitCode"]!.GetValue<int>());
        Assert.False(details["Running"]!.GetValue<bool>());
        exec = (await server.JsonAsync("POST", $"/containers/{id}/exec", """{"Cmd":["nonexistent"]}""", 201))["Id"]!.ToString();
        Assert.Equal("command_not_found", (await server.JsonAsync("POST", $"/exec/{exec}/start", "{}", 400))["code"]!.ToString());
    }

    [Fact]
    public async Task The_keys_leave_a_terminal_and_the_program_goes_on()
    {
        await using Server server = await Server.StartAsync();
        string id = await server.CreateAsync("stty -echo; echo up; cat", ""","OpenStdin":true,"Tty":true""");
        using Socket wire = server.Connect();
        await Server.WriteAsync(wire, "POST", $"/containers/{id}/attach?stream=1&stdin=1&stdout=1", null, "Connection: Upgrade\r\nUpgrade: tcp\r\n");
        await server.SendAsync("POST", $"/containers/{id}/start");
        await wire.SendAsync(new byte[] { (byte)'x', 16, 17 });
        (_, string output) = SplitRaw(await Server.ReadToEndAsync(wire));
        Assert.DoesNotContain("\u0010", output, StringComparison.Ordinal);
        Assert.True((await server.JsonAsync("GET", $"/containers/{id}/json"))["State"]!["Running"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Logs_have_streams_and_events_are_told()
    {
        await using Server server = await Server.StartAsync();
        string id = await server.CreateAsync("echo one; echo two >&2; echo three");
        await server.SendAsync("POST", $"/containers/{id}/start");
        await server.SendAsync("POST", $"/containers/{id}/wait");
        (_, string body) = await server.SendAsync("GET", $"/containers/{id}/logs?stdout=1&tail=1");
        Assert.EndsWith("three\n", body, StringComparison.Ordinal);
        Assert.Equal(400, (await server.SendAsync("GET", $"/containers/{id}/logs")).Status);
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1;
        (_, body) = await server.SendAsync("GET", $"/events?since=1&until={now}");
        string[] actions = [.. body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith('{')).Select(line => JsonNode.Parse(line)!["Action"]!.ToString())];
        Assert.Equal(["create", "start", "die"], actions);
    }

    [Fact]
    public async Task Zones_are_made_and_changed_in_the_words_of_vmadm()
    {
        await using Server server = await Server.StartAsync();
        JsonNode zone = await server.JsonAsync(
            "POST", "/zonix/zones", """{"alias":"v","image":"host","max_physical_memory":256,"cpu_cap":150,"publish_all_ports":true,"init":{"cmd":["sleep","1000"]}}""", 201);
        Assert.Equal("installed", zone["state"]!.ToString());
        Assert.Single(zone["warnings"]!.AsArray());
        zone = await server.JsonAsync("PUT", "/zonix/zones/v", """{"cpu_cap":50,"nics":[{"interface":"eth0"}],"customer_metadata":{"k":"v"}}""");
        Assert.Equal(50, zone["cpu_cap"]!.GetValue<int>());
        Assert.Equal(256, zone["max_physical_memory"]!.GetValue<int>());
        Assert.Single(zone["nics"]!.AsArray());
        JsonNode error = await server.JsonAsync("PUT", "/zonix/zones/v", """{"cpu_kap":50}""", 400);
        Assert.Contains("cpu_kap", error["message"]!.ToString(), StringComparison.Ordinal);
        error = await server.JsonAsync("PUT", "/zonix/zones/v", """{"uuid":"x"}""", 400);
        Assert.Contains("uuid: cannot be changed", error["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_without_zones_is_idle_and_one_that_has_some_is_not()
    {
        await using Server server = await Server.StartAsync();
        await server.Control.IdleAsync(TimeSpan.FromMilliseconds(100), default).WaitAsync(Server.Patience);
        string id = await server.CreateAsync("exec sleep 1000");
        await server.SendAsync("POST", $"/containers/{id}/start");
        Task idle = server.Control.IdleAsync(TimeSpan.FromMilliseconds(1), default);
        await server.SendAsync("POST", $"/containers/{id}/kill");
        await idle.WaitAsync(Server.Patience);
        Assert.False(server.Machine.Zones.Find(id).IsRunning);
    }

    private static (string Head, string Output) SplitRaw(byte[] all)
    {
        int blank = all.AsSpan().IndexOf("\r\n\r\n"u8);
        return (Encoding.ASCII.GetString(all, 0, blank), Encoding.UTF8.GetString(all, blank + 4, all.Length - blank - 4));
    }

    private static (string Head, string Output) Split(byte[] all)
    {
        int at = all.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        string head = Encoding.ASCII.GetString(all, 0, at);
        var output = new StringBuilder();
        while (at < all.Length)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(all.AsSpan(at + 4));
            output.Append(Encoding.UTF8.GetString(all, at + 8, length));
            at += 8 + length;
        }

        return (head, output.ToString());
    }
}
