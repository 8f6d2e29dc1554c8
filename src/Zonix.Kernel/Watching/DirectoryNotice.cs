using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Watching;

/// <summary>What somebody who has a directory open wants a signal for. fcntl(2), F_NOTIFY.</summary>
/// <param name="File">The description, whose owner gets the signal.</param>
/// <param name="Owner">The table the descriptor is in: the notice goes when the table closes one of the description's.</param>
/// <param name="Fd">The descriptor that the signal tells of.</param>
/// <param name="Mask">The events.</param>
/// <param name="Repeats">DN_MULTISHOT: not only once.</param>
internal sealed record DirectoryNotice(OpenFileDescription File, FileTable Owner, Fd Fd, FileEvents Mask, bool Repeats);
