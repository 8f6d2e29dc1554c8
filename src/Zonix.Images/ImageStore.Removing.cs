using Zonix.Images.Layout;
using Zonix.Images.References;

namespace Zonix.Images;

/// <content>What goes, and what goes with it.</content>
public sealed partial class ImageStore
{
    /// <summary>
    /// Takes a name away, and the image with its last name. By its id an image goes with its name if it has but one, with all
    /// of them when <paramref name="force"/> says so. An image that zones are cloned from does not go without force, and with it
    /// its tree stays until they are gone.
    /// </summary>
    /// <exception cref="ImageException">There is no such image, it has other names, or zones are cloned from it; the message names them.</exception>
    public ImageRemoval Remove(string name, bool force = false)
    {
        Image image = Get(name);
        bool isName = ImageReference.TryParse(name) is { } reference && FindNamed(catalog.Entries, reference) is not null;
        bool isTag = isName && ImageReference.Parse(name).Digest is null;
        if (!isTag && image.References.Count > 1 && !force)
            throw new ImageException($"the image {image.Id.Short} has {image.References.Count} names ({string.Join(", ", image.References)}): remove these, or use force");
        if (!force && (!isTag || image.References.Count <= 1) && UsersOf(image) is [_, ..] users)
            throw new ImageException($"the image {name} cannot be removed: {string.Join(", ", users)} {(users.Count == 1 ? "is" : "are")} made from it; remove that first, or use force");
        List<string> untagged = isTag ? [ImageReference.Parse(name).Familiar] : [.. image.References.Select(static r => r.Familiar)];
        bool isGone = catalog.Change(entries =>
        {
            if (isTag && image.References.Count > 1)
                return RemoveName(entries, ImageReference.Parse(name).Full, image.Platform, static _ => false) && entries.TrueForAll(entry => Id(entry) != image.Id);
            entries.RemoveAll(entry => Id(entry) == image.Id);
            return true;
        });
        return new ImageRemoval(untagged, isGone ? [image.Id] : [], isGone ? Collect() : 0);
    }

    /// <summary>
    /// Takes away images without a name (with <paramref name="all"/>, every image that <paramref name="isUsed"/> does not claim),
    /// and the garbage of what was interrupted: partial downloads, layers that no image has.
    /// </summary>
    public ImageRemoval Prune(bool all = false, Func<Image, bool>? isUsed = null)
    {
        Image[] victims = [.. List().Where(image => (all || image.References.Count == 0) && isUsed?.Invoke(image) != true && UsersOf(image).Count == 0)];
        HashSet<Digest> ids = [.. victims.Select(static image => image.Id)];
        catalog.Change(entries => entries.RemoveAll(entry => ids.Contains(Id(entry))));
        long freed = Collect(sweeps: true);
        return new ImageRemoval([.. victims.SelectMany(static image => image.References).Select(static r => r.Familiar)], [.. ids], freed);
    }

    // What nobody else can give a root to: another image with the same tree does as well.
    private IReadOnlyList<string> UsersOf(Image image) =>
        List().Any(other => other.Id != image.Id && other.Stored.Chains[^1] == image.Stored.Chains[^1]) ? [] : Layers.UsersOf(image.Stored.Chains[^1]);

    // Takes away what no image has. Not while something is being made: its contents belong to no image yet; a later call does it.
    private long Collect(bool sweeps = false)
    {
        lock (workGate)
        {
            if (works > 0)
                return 0;
            HashSet<Digest> neededBlobs = [], neededChains = [];
            foreach (OciDescriptor entry in catalog.Entries)
            {
                StoredImage image = catalog.Read(Digest.Parse(entry.Digest));
                neededBlobs.UnionWith(image.Blobs);
                neededChains.UnionWith(image.Chains);
            }
            long freed = 0;
            foreach (Digest blob in Blobs.List().Where(blob => !neededBlobs.Contains(blob)).ToArray())
            {
                freed += Blobs.Remove(blob);
                catalog.Forget(blob);
            }
            RemoveChains(neededChains);
            if (sweeps)
            {
                freed += Blobs.Sweep();
                Layers.Sweep();
            }
            return freed;
        }
    }

    // A chain goes after those that are cloned from it.
    private void RemoveChains(HashSet<Digest> needed)
    {
        List<Digest> left = [.. Layers.List().Where(chain => !needed.Contains(chain))];
        while (left.RemoveAll(chain => Layers.TryRemove(chain)) > 0 && left.Count > 0)
        {
        }
    }
}
