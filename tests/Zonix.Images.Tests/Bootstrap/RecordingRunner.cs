using Zonix.Images.Bootstrap.Building;
using Zonix.Kernel.Vfs;

namespace Zonix.Images.Tests;

/// <summary>Stands for zones: keeps what would have been run in them, and has it end as it is told.</summary>
internal sealed class RecordingRunner(VirtualFileSystem vfs) : IZoneRunner
{
    public VirtualFileSystem FileSystems { get; } = vfs;

    /// <summary>The commands, words joined by spaces.</summary>
    public List<string> Commands { get; } = [];

    /// <summary>The exit code of a command, and what it says.</summary>
    public Func<string, (int Status, string Output)> Answer { get; set; } = static _ => (0, "");

    public Task<int> RunAsync(IFileSystem root, ZoneCommand command, Action<string> output, CancellationToken cancellation)
    {
        string line = string.Join(' ', command.Words);
        Commands.Add(line);
        (int status, string said) = Answer(line);
        if (said.Length > 0)
            output(said);
        return Task.FromResult(status);
    }
}
