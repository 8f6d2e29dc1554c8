using System.Text.Json.Nodes;
using Zonix.Cli.Client;
using Zonix.Cli.Templates;

namespace Zonix.Cli.Tests;

/// <summary>Templates as docker's users write them. The expected values are those of Go's text/template.</summary>
public sealed class TemplateTests
{
    private static readonly JsonNode Zone = JsonNode.Parse("""
        {
            "Name": "/web", "Pid": 42, "Running": true, "Labels": { "a.b": "c", "x": "" }, "Env": ["A=1", "B=2"], "None": null, "Empty": [],
            "Net": { "two": { "IP": "10.0.0.2" }, "one": { "IP": "10.0.0.1" } }, "Ports": { "80/tcp": [{ "HostPort": "8080" }], "81/tcp": null }
        }
        """)!;

    [Theory]
    [InlineData("{{.Name}}", "/web")]
    [InlineData("{{ .Pid }}\\t{{.Running}}", "42\ttrue")]
    [InlineData("{{json .Env}} {{.Env}}", """["A=1","B=2"] [A=1 B=2]""")]
    [InlineData("{{.Labels}}", "map[a.b:c x:]")]
    [InlineData("{{.None}}", "<no value>")]
    [InlineData("{{range .Env}}<{{.}}>{{end}}", "<A=1><B=2>")]
    [InlineData("{{range $i, $e := .Env}}{{if $i}},{{end}}{{$e}}{{end}}", "A=1,B=2")]
    [InlineData("{{range $k, $v := .Net}}{{$k}}={{$v.IP}} {{end}}", "one=10.0.0.1 two=10.0.0.2 ")]
    [InlineData("{{range .Net}}{{.IP}};{{end}}", "10.0.0.1;10.0.0.2;")]
    [InlineData("{{range .Empty}}x{{else}}none{{end}}", "none")]
    [InlineData("{{with .None}}x{{else}}{{$.Name}}{{end}}", "/web")]
    [InlineData("{{if .Health}}{{.Health.Status}}{{else}}no{{end}}", "no")]
    [InlineData("{{if eq .Pid 41}}a{{else if and .Running (gt .Pid 41)}}b{{else}}c{{end}}", "b")]
    [InlineData("{{if not .Running}}a{{end}}", "")]
    [InlineData("{{index .Labels \"a.b\"}}{{index .Labels \"nothing\"}}", "c")]
    [InlineData("{{(index (index .Ports \"80/tcp\") 0).HostPort}}", "8080")]
    [InlineData("{{range $p, $c := .Ports}}{{$p}} -> {{with $c}}{{(index . 0).HostPort}}{{else}}-{{end}}|{{end}}", "80/tcp -> 8080|81/tcp -> -|")]
    [InlineData("{{slice .Name 1}}{{len .Env}}{{len .Name}}", "web24")]
    [InlineData("{{join .Env \",\" | upper}}", "A=1,B=2")]
    [InlineData("{{range split .Name \"e\"}}[{{.}}]{{end}}", "[/w][b]")]
    [InlineData("{{printf \"%-6s|%04d|%q|%.1f%%\" .Name .Pid .Name 2.25}}", "/web  |0042|\"/web\"|2.2%")]
    [InlineData("{{$n := .Name}}{{$n}}{{/* nothing */}}{{- \"}}\" -}}  x", "/web}}x")]
    [InlineData("a {{- .Pid -}} b", "a42b")]
    [InlineData("{{println .Name 1}}", "/web 1\n")]
    [InlineData("{{.Name | printf \"%s!\" | lower}}", "/web!")]
    [InlineData("{{or .None .Name}} {{truncate .Name 2}}", "/web /w")]
    [InlineData("{{title \"up\"}}{{pad \"a\" 1 2}}.", "Up a  .")]
    public void It_is_filled_in(string template, string expected) => Assert.Equal(expected, Template.Format(Zone, template));

    [Theory]
    [InlineData("{{.Nmae}}", "there is no Nmae")]
    [InlineData("{{.Net.three}}", "there is no three; there are two, one")]
    [InlineData("{{.Name", "}} is missing")]
    [InlineData("{{if .Name}}x", "{{end}} is missing")]
    [InlineData("{{end}}", "unexpected end")]
    [InlineData("{{nosuch .Name}}", "function \"nosuch\" is not known; there are and")]
    [InlineData("{{$x}}", "undefined variable $x")]
    [InlineData("{{index .Env 5}}", "out of range")]
    [InlineData("{{\"abc}}", "}} is missing")]
    [InlineData("{{len}}", "wrong number of arguments")]
    [InlineData("{{.Name .Pid}}", "unexpected .")]
    public void What_is_wrong_is_named(string template, string expected) =>
        Assert.Contains(expected, Assert.Throws<CommandException>(() => Template.Format(Zone, template)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_table_has_titles()
    {
        var template = Template.Parse("table {{.ID}}\\t{{upper .Names}}\\t{{.Other}}");
        Assert.True(template.IsTable);
        Assert.Equal("CONTAINER ID\tNAMES\tOTHER", template.Heading(new Dictionary<string, string> { ["ID"] = "CONTAINER ID", ["Names"] = "Names" }));
    }

    [Fact]
    public void Labels_that_are_one_text_are_found() =>
        Assert.Equal("y,", Template.Format(JsonNode.Parse("""{ "Labels": "w=v,x=y" }"""), "{{.Label \"x\"}},{{.Label \"z\"}}"));
}
