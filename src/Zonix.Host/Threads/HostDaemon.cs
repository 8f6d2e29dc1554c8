using System.Runtime.InteropServices;

namespace Zonix.Host.Threads;

/// <summary>
/// Starts a program that outlives this process: in a session of its own, with /dev/null as its input, a file as its output, no other
/// descriptors and no signals held back.
/// </summary>
public static unsafe partial class HostDaemon
{
    private const short SetSid = 0x80, SetSignalMask = 0x08, SetSignalDefaults = 0x04;
    private const int FirstOther = 3, O_RDONLY = 0, O_WRONLY = 1, O_CREAT = 0x40, O_APPEND = 0x400;
    private const uint OwnerOnly = 0x180;

    /// <summary>Starts it.</summary>
    /// <param name="program">Its file.</param>
    /// <param name="arguments">Its arguments, without its name.</param>
    /// <param name="environment">NAME=value.</param>
    /// <param name="log">The file that its output is added to.</param>
    /// <param name="process">Its number.</param>
    /// <returns>0, or the host's error.</returns>
    public static int Start(string program, IReadOnlyList<string> arguments, IReadOnlyList<byte[]> environment, string log, out int process)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(environment);
        byte* actions = stackalloc byte[128], attributes = stackalloc byte[512], nobody = stackalloc byte[128], all = stackalloc byte[128];
        new Span<byte>(nobody, 128).Clear();
        new Span<byte>(all, 128).Fill(0xFF);
        nint path = Marshal.StringToCoTaskMemUTF8(program), file = Marshal.StringToCoTaskMemUTF8(log), nothing = Marshal.StringToCoTaskMemUTF8("/dev/null");
        nint[] words = [path, .. arguments.Select(Marshal.StringToCoTaskMemUTF8), 0];
        nint[] variables = [.. environment.Select(Terminated), 0];
        int e = posix_spawn_file_actions_init(actions) | posix_spawnattr_init(attributes);
        e |= posix_spawnattr_setflags(attributes, SetSid | SetSignalMask | SetSignalDefaults);
        e |= posix_spawnattr_setsigmask(attributes, nobody) | posix_spawnattr_setsigdefault(attributes, all);
        e |= posix_spawn_file_actions_addopen(actions, 0, nothing, O_RDONLY, 0);
        e |= posix_spawn_file_actions_addopen(actions, 1, file, O_WRONLY | O_CREAT | O_APPEND, OwnerOnly);
        e |= posix_spawn_file_actions_adddup2(actions, 1, 2);
        e |= posix_spawn_file_actions_addclosefrom_np(actions, FirstOther);
        int number = 0;
        fixed (nint* w = words)
        {
            fixed (nint* v = variables)
            {
                if (e == 0)
                    e = posix_spawn(&number, path, actions, attributes, w, v);
            }
        }

        process = number;
        _ = posix_spawn_file_actions_destroy(actions);
        _ = posix_spawnattr_destroy(attributes);
        foreach (nint text in (ReadOnlySpan<nint>)[.. words, .. variables, file, nothing])
            Marshal.FreeCoTaskMem(text);
        return e;
    }

    private static nint Terminated(byte[] text)
    {
        nint copy = Marshal.AllocCoTaskMem(text.Length + 1);
        Marshal.Copy(text, 0, copy, text.Length);
        ((byte*)copy)[text.Length] = 0;
        return copy;
    }

    [LibraryImport("libc")] private static partial int posix_spawn_file_actions_init(byte* actions);
    [LibraryImport("libc")] private static partial int posix_spawn_file_actions_addopen(byte* actions, int fd, nint path, int flags, uint mode);
    [LibraryImport("libc")] private static partial int posix_spawn_file_actions_adddup2(byte* actions, int from, int to);
    [LibraryImport("libc")] private static partial int posix_spawn_file_actions_addclosefrom_np(byte* actions, int from);
    [LibraryImport("libc")] private static partial int posix_spawn_file_actions_destroy(byte* actions);
    [LibraryImport("libc")] private static partial int posix_spawnattr_init(byte* attributes);
    [LibraryImport("libc")] private static partial int posix_spawnattr_setflags(byte* attributes, short flags);
    [LibraryImport("libc")] private static partial int posix_spawnattr_setsigmask(byte* attributes, byte* mask);
    [LibraryImport("libc")] private static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* mask);
    [LibraryImport("libc")] private static partial int posix_spawnattr_destroy(byte* attributes);
    [LibraryImport("libc")] private static partial int posix_spawn(int* process, nint path, byte* actions, byte* attributes, nint* arguments, nint* environment);
}
