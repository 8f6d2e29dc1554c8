using System.Diagnostics;
using System.Net.Sockets;
using Zonix.Abi;
using Zonix.Host.Files;
using Zonix.Host.Threads;
using Zonix.Zones;

namespace Zonix.Cli.Client;

/// <summary>Finds the user's machine, and starts it in the background when it does not run.</summary>
internal static class MachineStarter
{
    private const int FirstPauseMs = 2, LongestPauseMs = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>A connection to the machine; null when none runs.</summary>
    internal static Socket? TryConnect(StatePaths paths)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(paths.Socket));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>A connection to the machine, which is started if need be. When several do so at once, one of theirs stays.</summary>
    internal static Socket Connect(StatePaths paths) => TryConnect(paths) ?? StartAndConnect(paths, []);

    /// <summary>Starts the machine, and waits until it answers.</summary>
    internal static Socket StartAndConnect(StatePaths paths, IReadOnlyList<string> options)
    {
        paths.Create();
        long before = File.Exists(paths.Log) ? new FileInfo(paths.Log).Length : 0;
        string program = Environment.ProcessPath ?? throw new CommandException("the program's own file is not known, so that no machine can be started");
        int e = HostDaemon.Start(program, ["machine", "serve", .. options], HostEnvironment.Variables(), paths.Log, out int process);
        if (e != 0)
            throw new CommandException($"{program}: the machine cannot be started: {ErrnoText.Describe((Errno)e)}");
        var waited = Stopwatch.StartNew();
        for (int pause = FirstPauseMs; ; pause = Math.Min(pause * 2, LongestPauseMs))
        {
            Thread.Sleep(pause);
            if (TryConnect(paths) is { } socket)
                return socket;
            if (HasEnded(process) && LocalMachine.Holder(paths) is null)
                throw new CommandException($"the machine has ended as soon as it was started:\n{LastLines(paths.Log, before)}(log: {paths.Log})");
            if (waited.Elapsed > Patience)
                throw new CommandException($"the machine (process {process}) does not answer; its log is {paths.Log}");
        }
    }

    private static bool HasEnded(int process)
    {
        try
        {
            string state = File.ReadAllText($"/proc/{process}/stat");
            return state[(state.LastIndexOf(')') + 2)..].StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static string LastLines(string log, long from)
    {
        using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(from, SeekOrigin.Begin);
        return new StreamReader(file).ReadToEnd();
    }
}
