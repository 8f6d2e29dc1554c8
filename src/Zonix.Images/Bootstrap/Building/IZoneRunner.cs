namespace Zonix.Images.Bootstrap.Building;

/// <summary>Runs commands in zones. It stands in for the rooms above, which know what a zone is.</summary>
public interface IZoneRunner
{
    /// <summary>What file systems that zones get as their root share.</summary>
    VirtualFileSystem FileSystems { get; }

    /// <summary>Runs a command as root in a new zone, and waits for its end.</summary>
    /// <param name="root">The root of the zone.</param>
    /// <param name="command">What is run.</param>
    /// <param name="output">Takes what it writes to standard output and error, line by line.</param>
    /// <param name="cancellation">Kills it.</param>
    /// <returns>Its exit code; 128 plus the signal that killed it.</returns>
    /// <exception cref="BootstrapException">The zone cannot be made, or the program cannot be started.</exception>
    Task<int> RunAsync(IFileSystem root, ZoneCommand command, Action<string> output, CancellationToken cancellation);
}
