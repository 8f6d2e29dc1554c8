using System.Text;
using Zonix.Images.Bootstrap;
using Zonix.Images.Bootstrap.Control;

namespace Zonix.Images.Tests;

/// <summary>Which packages a system needs, and in which order they are installed.</summary>
public sealed class PackageSelectionTests
{
    private readonly StringBuilder packages = new();

    [Fact]
    public void The_first_alternative_that_can_be_had_is_taken()
    {
        Add("a", "1", "Depends: gone | b | c");
        Add("b", "1");
        Add("c", "1");
        Assert.Equal("b a", Select("a"));
    }

    [Fact]
    public void An_alternative_that_is_there_already_is_taken_though_another_comes_first()
    {
        Add("a", "1", "Depends: b | c");
        Add("b", "1");
        Add("c", "1");
        Assert.Equal("c a", Select("c", "a"));
    }

    [Fact]
    public void A_version_that_does_not_fit_is_no_alternative()
    {
        Add("a", "1", "Depends: b (>= 1:2) | b (<< 1.0~) | c (= 3-1)");
        Add("b", "2");
        Add("c", "3-1");
        Assert.Equal("c a", Select("a"));
    }

    [Theory]
    [InlineData(">=", "2-1", true)]
    [InlineData(">=", "2-1+b1", false)]
    [InlineData(">>", "2-1", false)]
    [InlineData(">>", "2~rc1-5", true)]
    [InlineData("<<", "1:0", true)]
    [InlineData("<=", "2-1", true)]
    [InlineData("=", "2", false)]
    public void Versions_are_asked_for_in_every_way(string relation, string version, bool fits)
    {
        Add("a", "1", $"Depends: b ({relation} {version})");
        Add("b", "2-1");
        if (fits)
            Assert.Equal("b a", Select("a"));
        else
            Assert.Equal($"a 1 depends on b ({relation} {version}), which no index has", Refusal("a"));
    }

    [Fact]
    public void A_virtual_package_is_provided_by_another()
    {
        Add("a", "1", "Depends: mail-transport-agent");
        Add("exim", "4", "Provides: smtp, mail-transport-agent");
        Add("postfix", "3", "Provides: mail-transport-agent");
        Assert.Equal("exim a", Select("a"));
        Assert.Equal("postfix a", Select("postfix", "a"));
    }

    [Fact]
    public void Only_what_is_provided_with_a_version_satisfies_one()
    {
        Add("a", "1", "Depends: api (>= 2)");
        Add("bare", "9", "Provides: api");
        Add("old", "9", "Provides: api (= 1)");
        Add("zoo", "1", "Provides: api (= 2.1)");
        Assert.Equal("zoo a", Select("a"));
    }

    [Fact]
    public void What_is_asked_for_under_a_real_name_may_be_provided_when_its_version_does_not_fit()
    {
        Add("a", "1", "Depends: lib (>= 2)");
        Add("lib", "1");
        Add("lib-next", "5", "Provides: lib (= 2)");
        Assert.Equal("lib-next a", Select("a"));
    }

    [Fact]
    public void The_latest_version_of_several_indexes_counts()
    {
        var index = new PackageIndex();
        index.Add("Package: a\nVersion: 1.10\n\nPackage: b\nVersion: 3\n"u8.ToArray(), new Uri("http://one/"));
        index.Add("Package: a\nVersion: 1.9\n\nPackage: b\nVersion: 1:1\n"u8.ToArray(), new Uri("http://two/"));
        Assert.Equal(("1.10", "one"), (index.Packages["a"].Version, index.Packages["a"].Archive.Host));
        Assert.Equal(("1:1", "two"), (index.Packages["b"].Version, index.Packages["b"].Archive.Host));
    }

    [Fact]
    public void Dependencies_come_first_also_those_that_stand_in_Pre_Depends_and_circles_end()
    {
        Add("a", "1", "Depends: b", "Pre-Depends: z");
        Add("b", "1", "Depends: a, c");
        Add("c", "1", "Depends: a");
        Add("z", "1");
        Assert.Equal("z c b a", Select("a"));
    }

    [Fact]
    public void What_is_essential_comes_without_being_asked_for()
    {
        Add("core", "1", "Essential: yes", "Depends: lib");
        Add("lib", "1");
        Add("apt", "1", "Depends: lib");
        Add("needed", "1", "Priority: required");
        Add("nice", "1", "Priority: important");
        PackageChoice minimal = Choose(BootstrapVariant.Minbase), standard = Choose(BootstrapVariant.Standard), essential = Choose(BootstrapVariant.Essential);
        Assert.Equal(("lib core needed", "apt"), (Names(minimal.Required), Names(minimal.Others)));
        Assert.Equal(("lib core needed", "apt nice"), (Names(standard.Required), Names(standard.Others)));
        Assert.Equal(("lib core", ""), (Names(essential.Required), Names(essential.Others)));
    }

    [Fact]
    public void A_dependency_that_nobody_has_is_named()
    {
        Add("a", "1", "Depends: gone (>= 2) | lost");
        Assert.Equal("a 1 depends on gone (>= 2) | lost, which no index has", Refusal("a"));
        Add("broken", "1", "Depends: b (2)");
        Assert.Contains("'b (2)' is no list of package relationships", Refusal("broken"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_index_without_names_or_versions_is_refused()
    {
        Assert.Contains("http://one/", Assert.Throws<BootstrapException>(() => new PackageIndex().Add("Version: 1\n"u8.ToArray(), new Uri("http://one/"))).Message, StringComparison.Ordinal);
        Assert.Contains("a without the field Version", Assert.Throws<BootstrapException>(() => new PackageIndex().Add("Package: a\n"u8.ToArray(), new Uri("http://one/"))).Message, StringComparison.Ordinal);
    }

    private static string Names(IEnumerable<PackageRecord> packages) => string.Join(' ', packages.Select(static one => one.Name));

    private void Add(string name, string version, params string[] fields) =>
        packages.Append($"Package: {name}\nVersion: {version}\n{string.Join('\n', fields)}").Append(fields.Length > 0 ? "\n\n" : "\n");

    private PackageIndex Index()
    {
        var index = new PackageIndex();
        index.Add(Encoding.UTF8.GetBytes(packages.ToString()), new Uri("http://one/"));
        return index;
    }

    private string Select(params string[] names)
    {
        PackageIndex index = Index();
        var selection = new PackageSelection(index);
        foreach (string name in names)
            selection.Add([index.Packages[name]]);
        return Names(selection.InOrder());
    }

    private string Refusal(string name) => Assert.Throws<BootstrapException>(() => Select(name)).Message;

    private PackageChoice Choose(BootstrapVariant variant) =>
        new(Index(), new BootstrapOptions { Suite = "bookworm", CacheDirectory = "/", Variant = variant });
}
