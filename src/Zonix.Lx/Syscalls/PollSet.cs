using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>What poll and select share.</summary>
internal static class PollSet
{
    /// <summary>What a file is ready for. Files whose readiness never changes are always ready. poll(2).</summary>
    public static PollEvents Ask(OpenFileDescription file, PollEvents interest)
    {
        if (file.Pollable is { } pollable)
            return pollable.Poll(interest);
        const PollEvents Always = PollEvents.POLLIN | PollEvents.POLLOUT | PollEvents.POLLRDNORM | PollEvents.POLLWRNORM;
        return file.IsPath ? PollEvents.POLLNVAL : Always;
    }

    /// <summary>The queues that wake whoever waits for these files, each once.</summary>
    public static WaitQueue[] Queues(ReadOnlySpan<OpenFileDescription?> files)
    {
        var queues = new HashSet<WaitQueue>(ReferenceEqualityComparer.Instance);
        foreach (OpenFileDescription? file in files)
        {
            if (file?.Pollable is not { } pollable)
                continue;
            queues.Add(pollable.ReadQueue);
            queues.Add(pollable.WriteQueue);
        }
        return [.. queues];
    }
}
