namespace Zonix.Kernel.Tasks;

/// <summary>Which children, and which changes of them, a wait is for. wait4(2), waitid(2).</summary>
/// <param name="Pid">Only this child.</param>
/// <param name="Group">Only children of this group.</param>
/// <param name="Exited">Those that have ended.</param>
/// <param name="Stopped">Those that a signal has stopped.</param>
/// <param name="Continued">Those that went on after a stop.</param>
/// <param name="Keep">Leave the change for another wait.</param>
/// <param name="Clones">__WCLONE: only children whose end sends another signal than SIGCHLD, or none.</param>
/// <param name="All">__WALL: children of both kinds.</param>
/// <param name="Maker">__WNOTHREAD: only children that this task has made.</param>
public readonly record struct ChildSelector(
    Pid? Pid, Pid? Group, bool Exited, bool Stopped, bool Continued, bool Keep, bool Clones, bool All, KernelTask? Maker);
