using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Waiting;

/// <summary>The wait of a task, between two calls, whose control group is frozen.</summary>
internal sealed class FrozenOperation : IOperation
{
    internal static readonly FrozenOperation Instance = new();

    /// <inheritdoc/>
    public bool Try(KernelTask task, out SysResult result)
    {
        result = SysResult.NoReturn;
        return (task.Attention & TaskAttention.Freeze) == 0;
    }
}
