using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Ipc;

/// <summary>The System V objects and POSIX message queues that the processes of a zone share. ipc_namespaces(7).</summary>
public sealed class IpcNamespace : IDisposable
{
    /// <summary>Semaphores.</summary>
    public SemaphoreSets Semaphores { get; } = new();

    /// <summary>System V message queues.</summary>
    public MessageQueues Messages { get; } = new();

    /// <summary>Shared memory.</summary>
    public SharedSegments Segments { get; } = new();

    /// <summary>POSIX message queues.</summary>
    public PosixQueues PosixQueues { get; } = new();

    /// <summary>Frees the segments; no process uses the namespace any more.</summary>
    public void Dispose() => Segments.FreeAll();

    internal static long Now(KernelTask task) => task.Machine.Clock.RealtimeNs / 1_000_000_000;
}
