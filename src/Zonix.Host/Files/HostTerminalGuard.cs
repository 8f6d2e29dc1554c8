using System.Runtime.InteropServices;

namespace Zonix.Host.Files;

/// <summary>
/// Puts the terminal's settings back whatever becomes of this process. A second process of this program, in a session of its own,
/// waits at a pipe: when the pipe ends without a word, this process has died, and the settings are put back from there.
/// </summary>
public sealed unsafe partial class HostTerminalGuard : IDisposable
{
    /// <summary>The word of the command line by which the second process knows itself.</summary>
    public const string Word = "restore-terminal";

    private const int PipeInChild = 3, SetSid = 0x80;
    private readonly HostDescriptor pipe;

    private HostTerminalGuard(HostDescriptor pipe) => this.pipe = pipe;

    /// <summary>Starts one for a terminal and these settings; null when the host does not want to. <paramref name="program"/> is this program's file.</summary>
    public static HostTerminalGuard? Start(string program, HostDescriptor terminal, ReadOnlySpan<byte> settings)
    {
        int* ends = stackalloc int[2];
        if (pipe2(ends, NativeFiles.O_CLOEXEC) < 0)
            return null;
        var reader = new HostDescriptor(ends[0]);
        var writer = new HostDescriptor(ends[1]);
        byte* actions = stackalloc byte[128], attributes = stackalloc byte[512];
        int e = posix_spawn_file_actions_init(actions) | posix_spawnattr_init(attributes) | posix_spawnattr_setflags(attributes, SetSid) |
            posix_spawn_file_actions_adddup2(actions, terminal.Number, 0) | posix_spawn_file_actions_adddup2(actions, reader.Number, PipeInChild);
        nint path = Marshal.StringToCoTaskMemUTF8(program);
        nint word = Marshal.StringToCoTaskMemUTF8(Word);
        nint text = Marshal.StringToCoTaskMemUTF8(Convert.ToHexString(settings));
        nint* arguments = stackalloc nint[4] { path, word, text, 0 };
        nint* environment = stackalloc nint[1] { 0 };
        int process;
        if (e == 0)
            e = posix_spawn(&process, path, actions, attributes, arguments, environment);
        _ = posix_spawn_file_actions_destroy(actions);
        _ = posix_spawnattr_destroy(attributes);
        Marshal.FreeCoTaskMem(path);
        Marshal.FreeCoTaskMem(word);
        Marshal.FreeCoTaskMem(text);
        reader.Dispose();
        if (e == 0)
            return new HostTerminalGuard(writer);
        writer.Dispose();
        return null;
    }

    /// <summary>What the second process does.</summary>
    public static int Watch(string settings)
    {
        using var watched = new HostFile(new HostDescriptor(PipeInChild));
        Span<byte> word = stackalloc byte[1];
        long n;
        do
        {
            n = watched.Read(word);
        }
        while (n == -NativeFiles.EINTR);
        if (n == 0 && settings.Length == HostTerminal.TermiosSize * 2)
            HostTerminal.SetAttributes(new HostDescriptor(0, owns: false), 1, Convert.FromHexString(settings));
        return 0;
    }

    /// <summary>All is in order: the second process ends without doing anything.</summary>
    public void Dispose()
    {
        byte word = 1;
        NativeFiles.write(pipe, &word, 1);
        pipe.Dispose();
    }

    [LibraryImport("libc", SetLastError = true)] private static partial int pipe2(int* ends, int flags);
    [LibraryImport("libc")] private static partial int posix_spawn_file_actions_init(byte* actions);
    [LibraryImport("libc")] private static partial int posix_spawn_file_actions_adddup2(byte* actions, int from, int to);
    [LibraryImport("libc")] private static partial int posix_spawn_file_actions_destroy(byte* actions);
    [LibraryImport("libc")] private static partial int posix_spawnattr_init(byte* attributes);
    [LibraryImport("libc")] private static partial int posix_spawnattr_setflags(byte* attributes, short flags);
    [LibraryImport("libc")] private static partial int posix_spawnattr_destroy(byte* attributes);
    [LibraryImport("libc")] private static partial int posix_spawn(int* process, nint path, byte* actions, byte* attributes, nint* arguments, nint* environment);
}
