using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Tests.Scheduling;

/// <summary>What a task of a <see cref="ScriptBrand"/> does.</summary>
internal interface IScript
{
    /// <summary>Makes the next call; null: there is none, the task ends.</summary>
    SysResult? Call(KernelTask task);

    /// <summary>Gets the result of a call.</summary>
    void Finished(KernelTask task, SysResult result);
}
