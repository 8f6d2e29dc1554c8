using System.Text;
using System.Text.Json;
using Zonix.Abi;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;

namespace Zonix.Zones.Tests.Life;

/// <summary>Configurations are read strictly, and errors name the field.</summary>
public sealed class ZoneValidationTests
{
    [Theory]
    [InlineData("""{"image":"host","colour":"red"}""", "colour: there is no such field")]
    [InlineData("""{"image":"host","init":{"cmdd":["x"]}}""", "cmdd: there is no such field")]
    [InlineData("""{"image":"host","cpu_cap":"much"}""", "cpu_cap: not of the type")]
    [InlineData("""{"image":"host","brand":"kvm"}""", "brand: \"kvm\": expected lx")]
    [InlineData("""{"image":"host","kernel_version":"new"}""", "kernel_version: \"new\": expected a Linux release")]
    [InlineData("""{"image":"host","hostname":"a b"}""", "hostname: \"a b\": expected letters")]
    [InlineData("""{"image":"host","alias":"-x"}""", "alias: \"-x\": expected")]
    [InlineData("""{"image":"host","cpu_shares":1}""", "cpu_shares: \"1\": expected 2 to 262144")]
    [InlineData("""{"image":"host","resolvers":["here"]}""", "resolvers: \"here\": expected addresses")]
    [InlineData("""{"image":"host","filesystems":[{"type":"zfs","target":"/x"}]}""", "filesystems.type: \"zfs\": expected lofs, tmpfs or volume")]
    [InlineData("""{"image":"host","filesystems":[{"type":"tmpfs","target":"/x","options":["fast"]}]}""", "filesystems.options: \"fast\": expected")]
    [InlineData("""{"image":"host","filesystems":[{"target":"/x"}]}""", "type")]
    [InlineData("""{"image":"host","restart_policy":{"name":"often"}}""", "restart_policy.name: \"often\": expected")]
    [InlineData("""{"image":"host","root_directory":"/x"}""", "root_directory: \"/x\": expected nothing")]
    [InlineData("""{}""", "image: missing")]
    [InlineData("""[]""", "the payload")]
    [InlineData("""{"image":""", "image: not of the type")]
    public void Errors_name_the_field_and_what_was_expected(string json, string message)
    {
        ZoneException e = Assert.Throws<ZoneException>(() => ZoneValidation.Check(ZoneValidation.Parse(Encoding.UTF8.GetBytes(json))));
        Assert.Equal(ZoneError.Invalid, e.Error);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_act_is_kept_with_a_warning()
    {
        ZoneConfiguration zone = ZoneValidation.Parse("""{"image":"host","nics":[{"interface":"eth0","ips":["dhcp"]}],"customer_metadata":{"a":"b"}}"""u8);
        Assert.Empty(ZoneValidation.Check(zone));
        ZoneConfiguration alone = zone with { Nics = [], Ports = ["8080:80"] };
        Assert.Contains(ZoneValidation.Check(alone), warning => warning.Contains("ports", StringComparison.Ordinal));
        ZoneConfiguration again = ZoneValidation.Parse(JsonSerializer.SerializeToUtf8Bytes(zone, ZoneJson.Default.ZoneConfiguration));
        Assert.Equal("eth0", again.Nics![0].Interface);
        Assert.Equal("b", again.CustomerMetadata!["a"]);
    }

    [Theory]
    [InlineData("TERM", Signal.SIGTERM)]
    [InlineData("sigusr1", Signal.SIGUSR1)]
    [InlineData("9", Signal.SIGKILL)]
    public void Signals_are_read_as_people_write_them(string text, Signal signal)
    {
        Assert.True(SignalNames.TryParse(text, out Signal read));
        Assert.Equal(signal, read);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("65")]
    [InlineData("SIG9")]
    [InlineData("NONSENSE")]
    [InlineData("")]
    public void Others_are_refused(string text) => Assert.False(SignalNames.TryParse(text, out _));

    [Theory]
    [InlineData("512", 512)]
    [InlineData("1k", 1024)]
    [InlineData("2m", 2 << 20)]
    [InlineData("1GiB", 1 << 30)]
    [InlineData("7b", 7)]
    public void Sizes_are_read(string text, long bytes)
    {
        Assert.True(Sizes.TryParse(text, out long read));
        Assert.Equal(bytes, read);
    }

    [Fact]
    public void An_identity_has_two_forms()
    {
        var uuid = Guid.NewGuid();
        Assert.Equal(64, ZoneIdentity.Of(uuid).Length);
        Assert.StartsWith(uuid.ToString("N"), ZoneIdentity.Of(uuid), StringComparison.Ordinal);
        Assert.StartsWith(ZoneIdentity.Short(uuid), ZoneIdentity.Of(uuid), StringComparison.Ordinal);
    }
}
