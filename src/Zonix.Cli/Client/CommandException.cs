namespace Zonix.Cli.Client;

/// <summary>A command cannot do what it was asked to; the message is what the user reads.</summary>
internal sealed class CommandException(string message, int exitCode = 1, string? code = null, int status = 0) : Exception(message)
{
    /// <summary>The exit code.</summary>
    internal int ExitCode { get; } = exitCode;

    /// <summary>The machine's word for the kind of error.</summary>
    internal string? Code { get; } = code;

    /// <summary>The status of the machine's answer; 0: there was none.</summary>
    internal int Status { get; } = status;
}
