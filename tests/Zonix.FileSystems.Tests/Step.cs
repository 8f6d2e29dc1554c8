using CsCheck;
using Zonix.Abi;

namespace Zonix.FileSystems.Tests;

/// <summary>One random operation on a small tree.</summary>
internal sealed record Step(int Kind, string Path, string Other, int Value)
{
    private static readonly Gen<string> Paths = Gen.Select(Gen.Int[1, 3], Gen.OneOfConst("a", "b", "c", "l"), Gen.OneOfConst("a", "b", "l"),
        Gen.OneOfConst("a", "f"), (depth, x, y, z) => depth switch { 1 => $"/{x}", 2 => $"/{x}/{y}", _ => $"/{x}/{y}/{z}" });

    /// <summary>Any step.</summary>
    public static Gen<Step> Any { get; } = Gen.Select(Gen.Int[0, 11], Paths, Paths, Gen.Int[0, 9], (k, p, q, v) => new Step(k, p, q, v));

    /// <summary>Does it.</summary>
    public Errno Apply(IFileOperations tree) => Kind switch
    {
        0 or 1 => tree.MakeDirectory(Path),
        2 => tree.RemoveDirectory(Path),
        3 => tree.Unlink(Path),
        4 or 5 => tree.Rename(Path, Other),
        6 => tree.HardLink(Path, Other),
        7 => tree.MakeLink(Other[1..], Path),
        8 => tree.Write(Path, $"text{Value}", append: false),
        9 => tree.Write(Path, $"more{Value}", append: true),
        10 => tree.Truncate(Path, Value),
        _ => tree.ChangeMode(Path, (uint)(0x180 + Value)),
    };
}
