using System.Text;
using Zonix.Kernel.Tasks;

namespace Zonix.FileSystems.Layers;

/// <summary>The options of overlay: lowerdir, upperdir, workdir; those that only turn off what is not there are taken.</summary>
public sealed class LayeredOptions(VirtualFileSystem vfs) : IFileSystemOptions
{
    private const int MostLayers = 500;
    private readonly List<string> lowers = [];
    private string? upper, work;
    private bool userAttributes;

    /// <inheritdoc/>
    public string? Complaint { get; private set; }

    /// <inheritdoc/>
    public Errno Set(KernelTask task, string key, string? value)
    {
        switch (key)
        {
            case "lowerdir":
                lowers.Clear();
                if (string.IsNullOrEmpty(value))
                    return Errno.EINVAL;
                lowers.AddRange(SplitLayers(value));
                return lowers.Contains("") ? Errno.EINVAL : 0;
            case "lowerdir+" when !string.IsNullOrEmpty(value):
                lowers.Add(value);
                return 0;
            case "upperdir" when !string.IsNullOrEmpty(value):
                upper = value;
                return 0;
            case "workdir" when !string.IsNullOrEmpty(value):
                work = value;
                return 0;
            case "userxattr" when value is null:
                userAttributes = true;
                return 0;
            case "volatile" when value is null:
                return 0;
            case "index" or "metacopy" or "nfs_export" or "redirect_dir" or "verity":
                return value is "off" or "nofollow" ? 0 : Fail($"overlay: {key}={value} is not supported", Errno.EINVAL);
            case "xino":
                return value is "on" or "off" or "auto" ? 0 : Errno.EINVAL;
            case "uuid":
                return value is "on" or "off" or "null" or "auto" ? 0 : Errno.EINVAL;
            case "lowerdir+" or "upperdir" or "workdir":
                return Errno.EINVAL;
            default:
                return Errno.ENOENT;
        }
    }

    /// <inheritdoc/>
    public Errno Create(KernelTask task, out IFileSystem? fileSystem)
    {
        fileSystem = null;
        if (lowers.Count == 0)
            return Fail("overlay: missing 'lowerdir'", Errno.EINVAL);
        if (lowers.Count > MostLayers)
            return Fail("overlay: too many lower directories", Errno.EINVAL);
        if (upper is not null && work is null)
            return Fail("overlay: missing 'workdir'", Errno.EINVAL);
        var places = new VfsPath[lowers.Count];
        Errno e;
        for (int i = 0; i < places.Length; i++)
        {
            if ((e = Find(task, lowers[i], out places[i])) != 0)
                return e;
        }
        VfsPath upperPlace = default, workPlace = default;
        if (upper is not null)
        {
            if ((e = Find(task, upper, out upperPlace)) != 0 || (e = Find(task, work!, out workPlace)) != 0)
                return e;
            if ((e = CheckUpper(upperPlace, workPlace)) != 0)
                return e;
        }
        var made = new LayeredFileSystem(vfs, upperPlace, workPlace, places, userAttributes) { Options = Show() };
        e = made.Prepare();
        if (e != 0)
            return e;
        fileSystem = made;
        return 0;
    }

    /// <inheritdoc/>
    public Errno Change(IFileSystem fileSystem) => 0;

    // "\:" is a colon in a name, not the end of one.
    private static IEnumerable<string> SplitLayers(string text)
    {
        var layer = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length)
            {
                layer.Append(text[++i]);
            }
            else if (text[i] == ':')
            {
                yield return layer.ToString();
                layer.Clear();
            }
            else
            {
                layer.Append(text[i]);
            }
        }
        yield return layer.ToString();
    }

    private Errno CheckUpper(VfsPath upperPlace, VfsPath workPlace)
    {
        if (upperPlace.Mount.IsReadOnly)
            return Fail("overlay: upper fs is r/o, try multi-lower layers mount", Errno.EINVAL);
        if (!ReferenceEquals(upperPlace.Mount, workPlace.Mount))
            return Fail("overlay: workdir and upperdir must reside under the same mount", Errno.EINVAL);
        if (upperPlace.Dentry.IsWithin(workPlace.Dentry) || workPlace.Dentry.IsWithin(upperPlace.Dentry))
            return Fail("overlay: workdir and upperdir must be separate subtrees", Errno.EINVAL);
        return 0;
    }

    private Errno Find(KernelTask task, string path, out VfsPath found)
    {
        Errno e = PathOperations.Resolve(
            task, task.FileSystem.WorkingDirectory, Encoding.Latin1.GetBytes(path), WalkFlags.Follow, out found);
        if (e == 0 && !found.Inode.Access.IsDirectory)
            e = Errno.EINVAL;
        return e == 0 ? 0 : Fail($"overlay: failed to resolve '{path}': {-(int)e}", e);
    }

    private string Show()
    {
        string text = ",lowerdir=" + string.Join(':', lowers.ConvertAll(static l => l.Replace(":", "\\:", StringComparison.Ordinal)));
        if (upper is not null)
            text += $",upperdir={upper},workdir={work},uuid=on";
        return userAttributes ? text + ",userxattr" : text;
    }

    private Errno Fail(string why, Errno error)
    {
        Complaint = why;
        return error;
    }
}
