using CsCheck;

namespace Zonix.FileSystems.Tests;

/// <summary>Random operations give the same errors and leave the same tree as on the kernel the tests run on.</summary>
public sealed class ModelTests
{
    private const int Samples = 100, Steps = 30;

    [Fact]
    public void Tmpfs_behaves_as_the_host() => Check(lower: [], overlay: false);

    [Fact]
    public void Overlay_over_nothing_behaves_as_the_host() => Check(lower: [], overlay: true);

    [Fact]
    public void Overlay_over_a_tree_behaves_as_the_host() => Check(
        lower:
        [
            new(0, "/a", "", 0), new(0, "/a/a", "", 0), new(8, "/a/a/f", "", 1), new(0, "/b", "", 0), new(8, "/b/a", "", 2),
            new(6, "/b/a", "/b/b", 0), new(7, "/l", "/a", 0), new(8, "/c", "", 3), new(0, "/a/b", "", 0), new(8, "/a/b/a", "", 4),
            new(7, "/a/l", "/a", 0),
        ],
        overlay: true);

    [Fact]
    public void A_folder_behaves_as_the_host() => Step.Any.Array[Steps].Sample(
        steps =>
        {
            using var folder = new TemporaryDirectory();
            using var nativeDirectory = new TemporaryDirectory();
            var native = new NativeTree(nativeDirectory.Path);
            using Tree tree = Tree.OnFolder(folder.Path);
            foreach (Step step in steps)
                Assert.Equal((step, step.Apply(native)), (step, step.Apply(tree)));
            Assert.Equal(native.Describe("/"), tree.Describe("/"));
            Assert.Equal(native.Describe("/"), new NativeTree(folder.Path).Describe("/"));
        },
        iter: Samples, threads: 1);

    private static void Check(Step[] lower, bool overlay) => Step.Any.Array[Steps].Sample(
        steps =>
        {
            using var lowerDirectory = new TemporaryDirectory();
            using var nativeDirectory = new TemporaryDirectory();
            var native = new NativeTree(nativeDirectory.Path);
            var lowerTree = new NativeTree(lowerDirectory.Path);
            foreach (Step step in lower)
            {
                step.Apply(lowerTree);
                step.Apply(native);
            }
            string before = lowerTree.Describe("/");
            using Tree tree = overlay ? Tree.OverHost(lowerDirectory.Path) : Tree.OnTmpfs();
            foreach (Step step in steps)
                Assert.Equal((step, step.Apply(native)), (step, step.Apply(tree)));
            Assert.Equal(native.Describe("/"), tree.Describe("/"));
            Assert.Equal(before, lowerTree.Describe("/"));
        },
        iter: Samples, threads: 1);
}
