using Zonix.Kernel.Tasks;
using Zonix.Machine;

namespace Zonix.Kernel.Tests.Scheduling;

/// <summary>A machine with one process whose tasks are scripts.</summary>
internal sealed class TestMachine : IDisposable
{
    private readonly MemoryWindow window;

    internal TestMachine(int cpuCount)
    {
        Kernel = new KernelMachine(cpuCount);
        window = new MemoryWindow(Kernel.CodeCache, WindowKind.Small);
        Process = Kernel.CreateProcess(new ScriptBrand());
    }

    internal KernelMachine Kernel { get; }

    internal Process Process { get; }

    internal KernelTask Add(IScript script)
    {
        var task = Process.CreateTask(new CpuContext(window));
        task.BrandState = script;
        return task;
    }

    /// <summary>Starts all tasks and waits for the end of the process.</summary>
    internal void Run(TimeSpan timeout)
    {
        foreach (var task in Process.Tasks)
            task.Start();
        Assert.True(Process.Completion.Wait(timeout), "the process did not end: a wake-up was lost");
    }

    public void Dispose()
    {
        Kernel.Scheduler.Stop();
        window.Dispose();
        Kernel.Dispose();
    }
}
