using Zonix.Machine;

namespace Zonix.Kernel.Memory;

public sealed partial class AddressSpace
{
    /// <summary>The process; without one, nothing runs here and the window is replaced at once.</summary>
    public IWindowUser? User { get; set; }

    private bool CanGrow => !Window.IsI386 && Window.Size < MemoryWindow.MaximumSize;

    /// <summary>Moves everything to a larger window, at the same addresses: from 4 GiB to the usual large size, from there to the largest.</summary>
    /// <returns>Whether the window is larger now.</returns>
    private bool Grow()
    {
        bool grown = false;
        ulong outgrown = Window.Size;
        void Replace() => grown = ReplaceWindow(outgrown);
        if (User is { } user)
            user.ReplaceWindow(Replace);
        else
            Replace();
        return grown;
    }

    private bool ReplaceWindow(ulong outgrown)
    {
        lock (_lock)
        {
            // Two tasks may have found out at the same time.
            if (Window.Size != outgrown)
                return Window.Size > outgrown;
            MemoryWindow old = Window;
            MemoryWindow large;
            try
            {
                ulong size = outgrown == AddressLayout.SmallEnd ? MemoryWindow.LargeSize : MemoryWindow.MaximumSize;
                large = new MemoryWindow(_cache, size) { Resolver = this };
            }
            catch (InsufficientMemoryException)
            {
                return false;
            }

            for (int i = 0; i < _areas.Count; i++)
            {
                if (MoveBetween(old, large, _areas[i]) == 0)
                    continue;
                for (i--; i >= 0; i--)
                    _ = MoveBetween(large, old, _areas[i]);
                large.Dispose();
                return false;
            }

            Window = large;
            old.Dispose();
            return true;
        }
    }

    private static int MoveBetween(MemoryWindow from, MemoryWindow to, Vma area)
    {
        if (area.IsInWindow)
            return from.MoveTo(to, area.Start, area.Start, area.Length, ToMachine(area.Protection));
        to.Declare(area.Start, area.Length, ToMachine(area.Protection), CodeIdentityOf(area, area.Protection), area.Offset);
        return 0;
    }
}
