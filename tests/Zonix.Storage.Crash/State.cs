using System.Globalization;

namespace Zonix.Storage.Crash;

/// <summary>What the program's tree should be after some of its steps.</summary>
public sealed class State
{
    /// <summary>Directories, by path; the root is "".</summary>
    public HashSet<string> Directories { get; } = [""];

    /// <summary>Files by path. Hard links are the same object.</summary>
    public Dictionary<string, FileState> Files { get; } = [];

    /// <summary>Does a step: "mkdir P", "create P ID", "write P FIRST COUNT", "empty P", "rename P Q", "link P Q", "unlink P".</summary>
    public void Apply(uint number, string step)
    {
        string[] part = step.Split(' ');
        switch (part[0])
        {
            case "mkdir":
                Directories.Add(part[1]);
                break;
            case "create":
                Files[part[1]] = new FileState(uint.Parse(part[2], CultureInfo.InvariantCulture));
                break;
            case "write":
                Files[part[1]].Write(int.Parse(part[2], CultureInfo.InvariantCulture), int.Parse(part[3], CultureInfo.InvariantCulture), number);
                break;
            case "empty":
                Files[part[1]].Empty();
                break;
            case "rename":
                Files.Remove(part[1], out FileState? moved);
                Files[part[2]] = moved!;
                break;
            case "link":
                Files[part[2]] = Files[part[1]];
                break;
            case "unlink":
                Files.Remove(part[1]);
                break;
            default:
                throw new InvalidOperationException(step);
        }
    }
}
