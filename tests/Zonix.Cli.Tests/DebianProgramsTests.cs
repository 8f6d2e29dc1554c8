namespace Zonix.Cli.Tests;

/// <summary>Programs that dpkg installs in a zone of an image of Debian, from files, and what they do then. Needs a mirror.</summary>
public sealed class DebianProgramsTests
{
    private static readonly string[] Packages = ["python3", "perl", "git", "gcc", "libc6-dev", "vim", "sqlite3", "busybox"];

    [Theory]
    [InlineData("bookworm")]
    // For itself with -explicit on: a second image takes minutes.
    [InlineData("trixie", Explicit = true)]
    public async Task Programs_are_installed_by_dpkg_and_work(string suite)
    {
        using var state = new State();
        // What was fetched for one run serves the next one.
        string cache = Path.Combine(Path.GetTempPath(), $"zonix-test-debs-{Environment.UserName}"), files = state.PathOf("debs");
        Directory.CreateDirectory(Path.Combine(state.Home, "cache"));
        Directory.CreateSymbolicLink(Path.Combine(state.Home, "cache", "debs"), Directory.CreateDirectory(cache).FullName);
        await DebianPackages.FetchAsync(suite, files, cache, Packages, TestContext.Current.CancellationToken);

        state.Zonix("run", "-d", "--name", "p", "-v", $"{files}:/debs:ro", $"debian:{suite}", "sleep", "100000");
        string Shell(string script) => state.Zonix("exec", "p", "bash", "-ec", script);
        Shell("export DEBIAN_FRONTEND=noninteractive; for batch in /debs/*; do dpkg -i --force-unsafe-io $batch/*.deb >/tmp/log 2>&1 || { tail -40 /tmp/log; exit 1; }; done; dpkg --audit");
        Assert.Equal("hello 42", Shell(
            """printf '#include <stdio.h>\nint main(int n, char **v) { printf("hello %%d\\n", 41 + n); }\n' > /tmp/hello.c; gcc -O2 -Wall -o /tmp/hello /tmp/hello.c; /tmp/hello"""));
        Assert.Equal("1", Shell(
            "cd /tmp; git init -q r; cd r; echo x > f; git add f; git -c user.name=a -c user.email=a@example.org commit -q -m first; git fsck --strict; git log --oneline | wc -l"));
        Assert.Equal("""{"a": 45}""", Shell("""python3 -c 'import json, sqlite3, ssl, ctypes; print(json.dumps({"a": sum(range(10))}))'"""));
        Assert.Equal("2,4,6", Shell("""perl -MPOSIX -MList::Util=sum -e 'print join(",", map { $_ * 2 } 1..3)'"""));
        Assert.Equal("hello", Shell("vim -es -u NONE -c 'normal ihello' -c wq /tmp/file; cat /tmp/file"));
        Assert.Equal("42", Shell("sqlite3 /tmp/db 'create table t (x); insert into t values (6), (7); select min(x) * max(x) from t'"));
        Assert.Equal("42", Shell("""busybox sh -c 'echo $((6 * 7))'"""));
    }
}
