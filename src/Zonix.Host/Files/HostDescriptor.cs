using System.Runtime.InteropServices;

namespace Zonix.Host.Files;

/// <summary>Owns one descriptor of the host. Calls in flight keep it open; it closes when the last one is done.</summary>
public sealed class HostDescriptor : SafeHandle
{
    /// <summary>Takes ownership of <paramref name="descriptor"/> (or borrows it, for the process's own 0, 1 and 2).</summary>
    public HostDescriptor(int descriptor, bool owns = true)
        : base(-1, owns) => SetHandle(descriptor);

    /// <summary>Needed by the marshaller.</summary>
    public HostDescriptor()
        : base(-1, true)
    {
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle < 0;

    /// <summary>The raw number. Only valid while the caller keeps this object alive.</summary>
    public int Number => (int)handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => NativeFiles.close((int)handle) == 0;
}
