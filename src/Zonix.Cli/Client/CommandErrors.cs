namespace Zonix.Cli.Client;

/// <summary>Errors of commands as one line for their users.</summary>
internal static class CommandErrors
{
    /// <summary>Runs a command; what it throws becomes a line on standard error, and an exit code.</summary>
    internal static int Guard(Func<Task<int>> command, int otherwise = 1)
    {
        try
        {
            return command().GetAwaiter().GetResult();
        }
        catch (CommandException e)
        {
            Console.Error.WriteLine($"zonix: {e.Message}");
            return e.ExitCode == 1 ? otherwise : e.ExitCode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException or OperationCanceledException)
        {
            Console.Error.WriteLine($"zonix: {e.Message}");
            return otherwise;
        }
    }
}
