using Zonix.Abi;
using Zonix.Kernel;

namespace Zonix.Lx.Syscalls;

/// <summary>What clone(2) and clone3(2) have in common.</summary>
internal readonly record struct CloneRequest(
    CloneFlags Flags, ulong StackTop, UserPointer<int> ParentTid, UserPointer<int> ChildTid, ulong Tls);
