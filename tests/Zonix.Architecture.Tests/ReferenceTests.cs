using System.Xml.Linq;

namespace Zonix.Architecture.Tests;

/// <summary>Holds the layers: who may reference whom, and who may touch raw memory (docs/architecture.md).</summary>
public sealed class ReferenceTests
{
    /// <summary>Every project and all it may reference. A project may use less; more is a change of architecture.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Zonix.Abi"] = ["Zonix.Generators"],
        ["Zonix.Host"] = [],
        ["Zonix.Generators"] = [],
        ["Zonix.Machine"] = ["Zonix.Host"],
        ["Zonix.Kernel"] = ["Zonix.Abi", "Zonix.Host", "Zonix.Machine", "Zonix.Generators"],
        ["Zonix.FileSystems"] = ["Zonix.Abi", "Zonix.Host", "Zonix.Machine", "Zonix.Kernel", "Zonix.Storage"],
        ["Zonix.Network"] = ["Zonix.Abi", "Zonix.Host", "Zonix.Machine", "Zonix.Kernel"],
        ["Zonix.Lx"] = ["Zonix.Abi", "Zonix.Host", "Zonix.Machine", "Zonix.Kernel", "Zonix.Generators"],
        ["Zonix.Storage"] = ["Zonix.Abi", "Zonix.Host"],
        ["Zonix.Images"] = ["Zonix.Abi", "Zonix.Host", "Zonix.Kernel", "Zonix.FileSystems", "Zonix.Storage"],
        ["Zonix.Zones"] =
        [
            "Zonix.Abi", "Zonix.Host", "Zonix.Machine", "Zonix.Kernel", "Zonix.FileSystems", "Zonix.Network", "Zonix.Lx",
            "Zonix.Storage", "Zonix.Images",
        ],
        ["Zonix.Api"] = ["Zonix.Abi", "Zonix.Host", "Zonix.Kernel", "Zonix.FileSystems", "Zonix.Storage", "Zonix.Images", "Zonix.Zones"],
        ["Zonix"] = ["Zonix.Abi", "Zonix.Images", "Zonix.Kernel", "Zonix.Storage", "Zonix.Zones"],
        ["Zonix.Cli"] = ["Zonix.Abi", "Zonix.Host", "Zonix.Machine", "Zonix.Kernel", "Zonix.Images", "Zonix.Zones", "Zonix.Api"],
    };

    private static readonly string[] UnsafeProjects = ["Zonix.Host", "Zonix.Machine"];

    /// <summary>Packages that are part of the product; tests and analyzers may use others.</summary>
    private static readonly Dictionary<string, string[]> AllowedPackages = new()
    {
        ["Zonix.Machine"] = ["Iced"],
        // The vDSO is assembled.
        ["Zonix.Lx"] = ["Iced"],
        // Layers come compressed in several ways.
        ["Zonix.Images"] = ["BouncyCastle.Cryptography", "SharpCompress", "ZstdSharp.Port"],
        ["Zonix.Storage"] = ["SQLitePCLRaw.bundle_e_sqlite3", "SQLitePCLRaw.lib.e_sqlite3", "ZstdSharp.Port"],
        ["Zonix.Cli"] = ["System.CommandLine"],
        // Those of the projects that are packed with it.
        ["Zonix"] =
        [
            "BouncyCastle.Cryptography", "Iced", "SharpCompress", "SQLitePCLRaw.bundle_e_sqlite3", "SQLitePCLRaw.lib.e_sqlite3", "ZstdSharp.Port",
        ],
        ["Zonix.Generators"] = ["Microsoft.CodeAnalysis.CSharp", "Microsoft.CodeAnalysis.Analyzers"],
    };

    [Fact]
    public void Projects_reference_only_what_their_layer_allows()
    {
        List<string> wrong = [];
        foreach ((string name, XDocument project) in SourceTree.SourceProjects())
        {
            if (!Allowed.TryGetValue(name, out string[]? allowed))
            {
                wrong.Add($"{name} has no place in the layers");
                continue;
            }

            wrong.AddRange(Includes(project, "ProjectReference")
                .Select(path => Path.GetFileNameWithoutExtension(path))
                .Except(allowed)
                .Select(reference => $"{name} must not reference {reference}"));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Only_host_and_machine_are_unsafe()
    {
        IEnumerable<string> unsafeProjects = SourceTree.SourceProjects()
            .Where(project => project.Project.Descendants("AllowUnsafeBlocks").Any(element => element.Value == "true"))
            .Select(project => project.Name);

        Assert.Equal(UnsafeProjects, unsafeProjects);
    }

    [Fact]
    public void Packages_are_the_known_ones()
    {
        IEnumerable<string> wrong = SourceTree.SourceProjects().SelectMany(project =>
            Includes(project.Project, "PackageReference")
                .Except(AllowedPackages.GetValueOrDefault(project.Name, []))
                .Select(package => $"{project.Name} must not use the package {package}"));

        Assert.Empty(wrong);
    }

    [Fact]
    public void Tests_do_not_switch_the_rules_off()
    {
        string rules = File.ReadAllText(Path.Combine(SourceTree.Root, "Directory.Build.targets"));
        Assert.Contains("BannedSymbols.txt", rules, StringComparison.Ordinal);
        foreach ((string name, XDocument project) in SourceTree.SourceProjects())
        {
            Assert.False(project.Descendants("TreatWarningsAsErrors").Any(), $"{name} sets TreatWarningsAsErrors");
            Assert.DoesNotContain("RS0030", project.ToString(), StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> Includes(XDocument project, string item) =>
        project.Descendants(item).Select(element => element.Attribute("Include")?.Value ?? "").Where(value => value.Length > 0);
}
