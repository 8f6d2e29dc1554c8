using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Tty;

/// <summary>The session that a terminal controls.</summary>
/// <param name="Pids">Where its numbers belong.</param>
/// <param name="Session">The session.</param>
/// <param name="Foreground">The process group that may read; 0: none.</param>
internal sealed record TerminalOwner(PidSpace Pids, Pid Session, Pid Foreground);
