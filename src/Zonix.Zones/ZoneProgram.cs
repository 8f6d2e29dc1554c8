using Zonix.Abi;

namespace Zonix.Zones;

/// <summary>A program that is to be started in a zone.</summary>
public sealed record ZoneProgram
{
    /// <summary>The program, looked for along PATH when its name has no slash, and its arguments.</summary>
    public required IReadOnlyList<byte[]> Command { get; init; }

    /// <summary>NAME=value.</summary>
    public IReadOnlyList<byte[]> Environment { get; init; } = [];

    /// <summary>Where it starts.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>Whether it is an error that the working directory is not there; it starts in the root otherwise.</summary>
    public bool NeedsDirectory { get; init; } = true;

    /// <summary>Who it runs as; root has all capabilities, others have none.</summary>
    public uint UserId { get; init; }

    /// <summary>The group it runs as.</summary>
    public uint GroupId { get; init; }

    /// <summary>Its supplementary groups.</summary>
    public IReadOnlyList<uint> Groups { get; init; } = [];

    /// <summary>Its standard streams.</summary>
    public ProgramStreams Streams { get; init; }

    /// <summary>With pipes: whether it has standard input; /dev/null otherwise.</summary>
    public bool HasInput { get; init; }

    /// <summary>Rows and columns of its terminal.</summary>
    public WindowSize WindowSize { get; init; }
}
