using static Zonix.Host.Files.NativeFiles;

namespace Zonix.Host.Files;

/// <summary>
/// The terminal that this process was started at, for a relay: raw while it is used, with transfers that wait. One thread relays; any
/// thread may call <see cref="Wake"/>.
/// </summary>
public sealed unsafe class HostTerminalPort : IDisposable
{
    private const int EFD_CLOEXEC = 0x80000, EFD_NONBLOCK = 0x800;
    private readonly HostDescriptor input = new(0, owns: false), output = new(1, owns: false), wake;
    private readonly byte[] found = new byte[HostTerminal.TermiosSize];
    private HostTerminalGuard? guard;
    private bool raw;

    /// <summary>Over standard input and output.</summary>
    public HostTerminalPort() => wake = new HostDescriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));

    /// <summary>Whether standard input is a terminal.</summary>
    public static bool IsInputTerminal => HostTerminal.IsTerminal(new HostDescriptor(0, owns: false));

    /// <summary>Whether standard output is a terminal.</summary>
    public static bool IsOutputTerminal => HostTerminal.IsTerminal(new HostDescriptor(1, owns: false));

    /// <summary>The settings found on standard input; empty when it is no terminal.</summary>
    public ReadOnlySpan<byte> Found => HostTerminal.GetAttributes(input, found) == 0 ? found : default;

    /// <summary>Rows, columns and pixels of the terminal; false when there is none.</summary>
    public bool TryGetSize(Span<ushort> size) => HostTerminal.GetWindowSize(output, size) == 0 || HostTerminal.GetWindowSize(input, size) == 0;

    /// <summary>Makes the terminal raw, to be put back by <see cref="Restore"/>, or when this process dies. cfmakeraw(3).</summary>
    public void EnterRaw(string? program)
    {
        if (raw || HostTerminal.GetAttributes(input, found) != 0)
            return;
        guard = program is null ? null : HostTerminalGuard.Start(program, input, found);
        var settings = new byte[HostTerminal.TermiosSize];
        found.CopyTo(settings, 0);
        Mask(settings, 0, 0x1 | 0x2 | 0x8 | 0x20 | 0x40 | 0x80 | 0x100 | 0x400);
        Mask(settings, 4, 0x1);
        Mask(settings, 8, 0x30 | 0x100);
        Mask(settings, 12, 0x8 | 0x40 | 0x2 | 0x1 | 0x8000);
        settings[8] |= 0x30;
        (settings[17 + 5], settings[17 + 6]) = (0, 1);
        raw = HostTerminal.SetAttributes(input, 1, settings) == 0;
    }

    /// <summary>Puts the terminal's settings back. Any thread, any number of times.</summary>
    public void Restore()
    {
        if (!raw)
            return;
        raw = false;
        HostTerminal.SetAttributes(input, 1, found);
        guard?.Dispose();
        guard = null;
    }

    /// <summary>Ends a <see cref="Wait"/>, now or later.</summary>
    public void Wake()
    {
        ulong one = 1;
        write(wake, (byte*)&one, 8);
    }

    /// <summary>Waits until it was woken, or (when <paramref name="wantsInput"/>) there is input; answers whether there is.</summary>
    public bool Wait(bool wantsInput)
    {
        PollEntry* entries = stackalloc PollEntry[2];
        entries[0] = new PollEntry { Descriptor = wake.Number, Events = (short)HostReadiness.Read };
        entries[1] = new PollEntry { Descriptor = wantsInput ? input.Number : -1, Events = (short)HostReadiness.Read };
        if (poll(entries, 2, -1) <= 0)
            return false;
        ulong count;
        if (entries[0].Returned != 0)
            read(wake, (byte*)&count, 8);
        return entries[1].Returned != 0;
    }

    /// <summary>Reads what there is; 0 at the end.</summary>
    public long Read(Span<byte> buffer)
    {
        fixed (byte* p = buffer)
            return Result(read(input, p, (nuint)buffer.Length));
    }

    /// <summary>Writes all; false when the terminal is gone.</summary>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* p = bytes)
        {
            for (int done = 0; done < bytes.Length;)
            {
                long n = Result(write(output, p + done, (nuint)(bytes.Length - done)));
                if (n == -EAGAIN)
                    WaitForRoom();
                else if (n < 0 && n != -EINTR)
                    return false;
                done += (int)Math.Max(n, 0);
            }
        }
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Restore();
        wake.Dispose();
    }

    private void WaitForRoom()
    {
        var entry = new PollEntry { Descriptor = output.Number, Events = (short)HostReadiness.Write };
        poll(&entry, 1, -1);
    }

    private static void Mask(byte[] settings, int at, uint bits) =>
        BitConverter.TryWriteBytes(settings.AsSpan(at), BitConverter.ToUInt32(settings, at) & ~bits);
}
