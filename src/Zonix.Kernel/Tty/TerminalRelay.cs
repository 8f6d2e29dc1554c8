using Zonix.Host.Files;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tty;

/// <summary>
/// Relays between the master of a zone's console and the terminal of the host, on a thread of its own, until the console has nobody
/// left, or <see cref="Finish"/> is called. What the zone has written until then is shown.
/// </summary>
public sealed class TerminalRelay : IWaiter
{
    private const int ChunkSize = 8192;
    private readonly PtyMasterFile master;
    private readonly HostTerminalPort port;
    private readonly WaitEntry readEntry, writeEntry;
    private readonly byte[] fromZone = new byte[ChunkSize], toZone = new byte[ChunkSize];
    private readonly Thread thread;
    private bool wantsInput;
    private volatile bool finishes;
    private int held, heldAt;

    /// <summary>For a master and the host's terminal; <paramref name="relaysInput"/>: the zone gets what is typed.</summary>
    public TerminalRelay(PtyMasterFile master, HostTerminalPort port, bool relaysInput)
    {
        this.master = master;
        this.port = port;
        wantsInput = relaysInput;
        readEntry = new WaitEntry(this);
        writeEntry = new WaitEntry(this);
        thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = "zonix-terminal" };
    }

    /// <summary>Begins.</summary>
    public void Start()
    {
        master.ReadQueue.Enrol(readEntry);
        master.WriteQueue.Enrol(writeEntry);
        thread.Start();
    }

    /// <summary>Shows what is left, and ends.</summary>
    public void Finish()
    {
        finishes = true;
        port.Wake();
        thread.Join();
        master.ReadQueue.Leave(readEntry);
        master.WriteQueue.Leave(writeEntry);
    }

    bool IWaiter.Notify(WaitEntry entry)
    {
        port.Wake();
        return true;
    }

    private void Run()
    {
        bool isShown = true;
        while (true)
        {
            bool moved = isShown && Show(ref isShown);
            if (held > 0)
                moved |= PassOn();
            if (moved)
                continue;
            if (finishes)
                return;
            if (port.Wait(wantsInput && held == 0))
                Take();
        }
    }

    // What the zone has written; false when there is nothing.
    private bool Show(ref bool isShown)
    {
        var buffer = new UserBuffer(fromZone, 0, fromZone.Length);
        SysResult n = master.Read(ref buffer, 0);
        if (n.IsError || n.Raw == 0)
            return false;
        isShown = port.Write(fromZone.AsSpan(0, (int)n.Value));
        return true;
    }

    private void Take()
    {
        long n = port.Read(toZone);
        if (n > 0)
        {
            (held, heldAt) = ((int)n, 0);
        }
        else if (n is not (-4 or -11))
        {
            // The end of input, which is no end of file: the terminal is gone, and with it the zone's.
            wantsInput = false;
            master.Pty.HangUp();
        }
    }

    private bool PassOn()
    {
        var buffer = new UserBuffer(toZone, heldAt, held);
        long offset = 0;
        SysResult n = master.Write(ref buffer, ref offset);
        if (n.IsError)
            return false;
        heldAt += (int)n.Value;
        held -= (int)n.Value;
        return true;
    }
}
