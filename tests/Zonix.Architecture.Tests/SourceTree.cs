using System.Xml.Linq;

namespace Zonix.Architecture.Tests;

/// <summary>The checked-out tree the tests were built from.</summary>
internal static class SourceTree
{
    /// <summary>The folder of Zonix.slnx, found upwards from the test program.</summary>
    internal static string Root { get; } = FindRoot();

    /// <summary>Every project under src/, by name.</summary>
    internal static IEnumerable<(string Name, XDocument Project)> SourceProjects() =>
        Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .OrderBy(path => path, StringComparer.Ordinal)
            .Select(path => (Path.GetFileNameWithoutExtension(path), XDocument.Load(path)));

    /// <summary>Hand-written C# files under the given top folders, as paths relative to the root.</summary>
    internal static IEnumerable<string> CSharpFiles(params string[] folders) =>
        folders.Select(folder => Path.Combine(Root, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Root, path))
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .OrderBy(path => path, StringComparer.Ordinal);

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Zonix.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Zonix.slnx is in no folder above the tests");
    }
}
