using System.Text;

namespace Zonix.Images.Layers;

/// <summary>Ids of chains of layers. OCI image specification, config.md, "Layer ChainID".</summary>
internal static class ChainId
{
    /// <summary>The chain of a layer upon another chain.</summary>
    public static Digest Of(Digest? parent, Digest diffId) => parent is null ? diffId : Digest.Of(Encoding.ASCII.GetBytes($"{parent} {diffId}"));

    /// <summary>The chains of all layers, the lowest first.</summary>
    public static Digest[] All(IReadOnlyList<Digest> diffIds)
    {
        var chains = new Digest[diffIds.Count];
        Digest? parent = null;
        for (int i = 0; i < chains.Length; i++)
            parent = chains[i] = Of(parent, diffIds[i]);
        return chains;
    }
}
