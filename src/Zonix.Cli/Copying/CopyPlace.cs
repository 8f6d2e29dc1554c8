using Zonix.Cli.Client;

namespace Zonix.Cli.Copying;

/// <summary>One side of cp: ZONE:PATH, a path of the host, or - for a stream.</summary>
internal sealed record CopyPlace(string? Zone, string Path)
{
    /// <summary>Whether it is standard input or output.</summary>
    internal bool IsStream => Zone is null && Path == "-";

    /// <summary>Whether it says that it is a directory: x/ and x/.</summary>
    internal bool AssertsDirectory => Path.EndsWith('/') || Path is "." || Path.EndsWith("/.", StringComparison.Ordinal);

    /// <summary>Whether what is in the directory is meant, and not the directory: x/.</summary>
    internal bool MeansContents => Path is "." || Path.EndsWith("/.", StringComparison.Ordinal);

    /// <summary>Without slashes and dots at its end.</summary>
    internal string Plain
    {
        get
        {
            string path = MeansContents ? Path[..^1] : Path;
            string trimmed = path.TrimEnd('/');
            return trimmed.Length > 0 ? trimmed : path.Length > 0 ? "/" : ".";
        }
    }

    /// <summary>The last name; empty for a root.</summary>
    internal string Name => Zone is null ? System.IO.Path.GetFileName(System.IO.Path.GetFullPath(Plain)) : Plain[(Plain.LastIndexOf('/') + 1)..];

    /// <summary>The directory above.</summary>
    internal string Above
    {
        get
        {
            if (Zone is null)
                return System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Plain)) ?? "/";
            int slash = Plain.LastIndexOf('/');
            return slash <= 0 ? "/" : Plain[..slash];
        }
    }

    /// <summary>Reads one side: what begins with / or . is the host's; else a colon ends the zone's name.</summary>
    internal static CopyPlace Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || text[0] is '/' or '.')
            return new CopyPlace(null, text);
        string path = text[(colon + 1)..];
        return path.Length > 0 ? new CopyPlace(text[..colon], path) : throw new CommandException($"\"{text}\": a path is missing behind the colon");
    }
}
