using System.Text;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Zones.Life;

/// <summary>What systemd as a zone's first program expects of who starts it: systemd's container interface, systemd.io/CONTAINER_INTERFACE.</summary>
internal static class SystemdInit
{
    // SIGRTMIN+3: SIGTERM would make it execute itself anew.
    internal const Signal StopSignal = (Signal)37;

    /// <summary>It leaves alone what is the machine's when it knows that it is in a container.</summary>
    internal static IReadOnlyList<string> Variables { get; } = ["container=zonix"];

    /// <summary>Whether a program, as a configuration names it, is systemd: mostly by a link such as /sbin/init.</summary>
    internal static bool Is(MountNamespace mounts, string program, string directory)
    {
        if (!program.Contains('/', StringComparison.Ordinal))
            return program == "systemd";
        string full = program.StartsWith('/') ? program : $"{directory.TrimEnd('/')}/{program}";
        var walk = new PathWalk(mounts.Root, mounts.Root, Credentials.Root, Encoding.UTF8.GetBytes(full), WalkFlags.Follow);
        bool found = walk.Run() == 0 && walk.At.Dentry.Name.SequenceEqual("systemd"u8);
        walk.Dispose();
        return found;
    }
}
