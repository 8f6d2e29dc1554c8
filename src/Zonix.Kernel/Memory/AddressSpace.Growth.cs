using Zonix.Machine;

namespace Zonix.Kernel.Memory;

public sealed partial class AddressSpace
{
    /// <summary>The process; without one, nothing runs here and the window is replaced at once.</summary>
    public IWindowUser? User { get; set; }

    /// <summary>Moves everything from a small window to a large one, at the same addresses.</summary>
    /// <returns>Whether the window is large now.</returns>
    private bool Grow()
    {
        bool grown = false;
        void Replace() => grown = ReplaceWindow();
        if (User is { } user)
            user.ReplaceWindow(Replace);
        else
            Replace();
        return grown;
    }

    private bool ReplaceWindow()
    {
        lock (_lock)
        {
            // Two tasks may have found out at the same time.
            if (Window.Kind == WindowKind.Large)
                return true;
            MemoryWindow old = Window;
            MemoryWindow large;
            try
            {
                large = new MemoryWindow(_cache, WindowKind.Large) { Resolver = this };
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
