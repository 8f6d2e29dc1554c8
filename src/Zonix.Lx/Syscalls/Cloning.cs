using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Ptrace;
using Zonix.Lx.Tasks;
using Zonix.Machine;

namespace Zonix.Lx.Syscalls;

/// <summary>Makes tasks and processes, as fork(2), vfork(2), clone(2) and clone3(2) ask for them.</summary>
internal static class Cloning
{
    private const CloneFlags SupportedFlags =
        CloneFlags.CLONE_VM | CloneFlags.CLONE_FS | CloneFlags.CLONE_FILES | CloneFlags.CLONE_SIGHAND | CloneFlags.CLONE_PIDFD |
        CloneFlags.CLONE_PTRACE | CloneFlags.CLONE_VFORK | CloneFlags.CLONE_PARENT | CloneFlags.CLONE_THREAD |
        CloneFlags.CLONE_SYSVSEM | CloneFlags.CLONE_SETTLS | CloneFlags.CLONE_PARENT_SETTID | CloneFlags.CLONE_CHILD_CLEARTID |
        CloneFlags.CLONE_DETACHED | CloneFlags.CLONE_UNTRACED | CloneFlags.CLONE_CHILD_SETTID | CloneFlags.CLONE_IO |
        CloneFlags.CLONE_CLEAR_SIGHAND | CloneFlags.CLONE_INTO_CGROUP | NamespaceSet.AllKinds;

    /// <summary>Checks the flags and starts the new task.</summary>
    internal static SysResult Start(KernelTask task, in CloneRequest request)
    {
        if (!IsConsistent(task, request.Flags))
        {
            return Errno.EINVAL;
        }

        if ((request.Flags & ~SupportedFlags) != 0)
        {
            task.Machine.MissingCalls.Count($"clone with {request.Flags & ~SupportedFlags}");
            return Errno.EINVAL;
        }

        if (Has(request, CloneFlags.CLONE_SETTLS) && task.Cpu.Window.IsI386)
        {
            using var trial = new CpuContext(task.Cpu.Window);
            SysResult tls = SegmentCalls.Set(task.Memory, trial, new UserPointer<UserDescriptor>(request.Tls), null, mayChoose: false);
            if (tls.IsError)
            {
                return tls;
            }
        }

        Errno error = NamespaceCalls.CheckNew(task, request.Flags);
        if (error != 0)
        {
            return error;
        }

        if (request.Number == 0)
        {
            return StartTask(task, request);
        }

        if (!task.Process.Pids.TryReserve(request.Number))
        {
            return Errno.EEXIST;
        }

        SysResult result = StartTask(task, request);
        task.Process.Pids.Forgo(request.Number);
        return result;
    }

    private static SysResult StartTask(KernelTask task, in CloneRequest request) =>
        Has(request, CloneFlags.CLONE_THREAD) ? StartThread(task, request) : StartProcess(task, request);

    private static bool Has(in CloneRequest request, CloneFlags flag) => (request.Flags & flag) != 0;

    private static bool IsConsistent(KernelTask task, CloneFlags flags)
    {
        bool All(CloneFlags wanted) => (flags & wanted) == wanted;
        var needsMore = (All(CloneFlags.CLONE_SIGHAND) && !All(CloneFlags.CLONE_VM)) ||
            (All(CloneFlags.CLONE_THREAD) && !All(CloneFlags.CLONE_SIGHAND));
        var contradicts = All(CloneFlags.CLONE_FS | CloneFlags.CLONE_NEWNS) || All(CloneFlags.CLONE_SIGHAND | CloneFlags.CLONE_CLEAR_SIGHAND) ||
            (All(CloneFlags.CLONE_PIDFD) && (flags & (CloneFlags.CLONE_DETACHED | CloneFlags.CLONE_THREAD)) != 0) ||
            (All(CloneFlags.CLONE_THREAD) && (flags & (CloneFlags.CLONE_NEWUSER | CloneFlags.CLONE_NEWPID)) != 0) ||
            All(CloneFlags.CLONE_NEWIPC | CloneFlags.CLONE_SYSVSEM);
        // The first process of a zone has no parent to give a sibling to.
        return !needsMore && !contradicts && !(All(CloneFlags.CLONE_PARENT) && ReferenceEquals(task.Process, task.Process.Pids.Init));
    }

    private static SysResult StartThread(KernelTask task, in CloneRequest request)
    {
        if (ProcessLimit.IsReached(task) || !task.Process.TryCountTask())
        {
            return Errno.EAGAIN;
        }

        var cpu = CloneRegisters(task, request, task.Cpu.Window);
        var child = request.Number != 0 ? task.Process.CreateTask(cpu, request.Number) : task.Process.CreateTask(cpu);
        Inherit(task, child, request);
        StoreNumbers(task, child, request);
        SysResult number = child.Tid;
        if (TraceCloning.Prepare(task, child, request) is not PtraceEvent.None and var what)
            TraceStops.Note(LxTask.Of(task), what, (ulong)number.Value);
        child.Start();
        return number;
    }

    private static SysResult StartProcess(KernelTask task, in CloneRequest request)
    {
        if (ProcessLimit.IsReached(task) ||
            task.Machine.CreateChild(task, Has(request, CloneFlags.CLONE_PARENT), request.ExitSignal, request.Number, request.Group) is not { } process)
        {
            return Errno.EAGAIN;
        }

        SysResult error = GiveMemory(task, process, request);
        if (error.IsError)
        {
            process.Abandon();
            return error;
        }

        if (Has(request, CloneFlags.CLONE_PIDFD))
        {
            error = StorePidFd(task, process, request.PidFd);
            if (error.IsError)
            {
                process.Abandon();
                return error;
            }
        }

        var child = process.CreateTask(CloneRegisters(task, request, process.Memory.Window));
        Inherit(task, child, request);
        InheritProcess(task, child, request);
        StoreNumbers(task, child, request);
        var left = process.MemoriesLeft;
        SysResult number = child.Tid;
        PtraceEvent what = TraceCloning.Prepare(task, child, request);
        child.Start();
        if (!Has(request, CloneFlags.CLONE_VFORK))
        {
            if (what != PtraceEvent.None)
                TraceStops.Note(LxTask.Of(task), what, (ulong)number.Value);
            return number;
        }

        var wait = new VforkOperation(process, left, number);
        if (what == PtraceEvent.None)
            task.BlockUninterruptibly(process.MemoryLeft, wait);
        else
            TraceCloning.WaitLater(LxTask.Of(task), what, (ulong)number.Value, process.MemoryLeft, wait);
        return SysResult.Blocked;
    }

    private static SysResult GiveMemory(KernelTask task, Process process, in CloneRequest request)
    {
        if (Has(request, CloneFlags.CLONE_VM))
        {
            process.ShareMemory(task.Process);
            return SysResult.Success;
        }

        Errno error = task.Memory.Fork(process.Rlimits, out AddressSpace? memory);
        if (error == 0)
        {
            process.ReplaceMemory(memory!);
        }

        return error;
    }

    private static CpuContext CloneRegisters(KernelTask task, in CloneRequest request, MemoryWindow window)
    {
        var cpu = new CpuContext(window);
        cpu.CopyStateFrom(task.Cpu);
        ref var registers = ref cpu.Registers;
        registers.Rax = 0;
        if (request.StackTop != 0)
        {
            registers.Rsp = request.StackTop;
        }

        if (Has(request, CloneFlags.CLONE_SETTLS) && window.IsI386)
        {
            // Checked before: what the memory holds now counts, and a fault leaves the segment as it was.
            _ = SegmentCalls.Set(task.Memory, cpu, new UserPointer<UserDescriptor>(request.Tls), null, mayChoose: false);
            SegmentLoads.Reload(cpu);
        }
        else if (Has(request, CloneFlags.CLONE_SETTLS))
        {
            registers.FsBase = request.Tls;
        }

        return cpu;
    }

    private static void Inherit(KernelTask task, KernelTask child, in CloneRequest request)
    {
        child.Files = Has(request, CloneFlags.CLONE_FILES) ? task.Files.Share() : task.Files.Clone();
        child.FileSystem = Has(request, CloneFlags.CLONE_FS) ? task.FileSystem.Share() : task.FileSystem.Clone();
        child.Credentials = task.Credentials;
        child.Name = task.Name;
        child.CopyAffinity(task);
        child.Scheduling = task.Scheduling.ForChild();
        child.Signals.InheritMask(task.Signals);
        var state = LxTask.Attach(child);
        state.InheritFrom(LxTask.Of(task));
        if ((request.Flags & NamespaceSet.NewKinds) != 0)
        {
            foreach (var made in state.Namespaces.MakeNew(request.Flags, LxBrand.Of(task), task.Process.ControlGroup, child.FileSystem))
            {
                state.Enter(made);
            }
        }

        if (Has(request, CloneFlags.CLONE_SYSVSEM))
        {
            state.SemaphoreUndo = SemaphoreCalls.UndoOf(task).Share();
        }

        if (Has(request, CloneFlags.CLONE_CHILD_CLEARTID))
        {
            state.ClearChildTid = request.ChildTid;
        }
    }

    private static void InheritProcess(KernelTask task, KernelTask child, in CloneRequest request)
    {
        Process process = child.Process;
        if (Has(request, CloneFlags.CLONE_SIGHAND))
        {
            process.Signals.ShareActionsOf(task.Process.Signals);
        }
        else
        {
            process.Signals.CopyActionsFrom(task.Process.Signals);
        }

        if (Has(request, CloneFlags.CLONE_CLEAR_SIGHAND))
        {
            process.Signals.ResetHandlers();
        }

        // sigaltstack(2): kept by a copy of the memory, and by vfork, which returns on it.
        if (!Has(request, CloneFlags.CLONE_VM) || Has(request, CloneFlags.CLONE_VFORK))
        {
            child.Signals.AlternateStack = task.Signals.AlternateStack;
        }

        process.Executable = task.Process.Executable;
        process.ExecutablePath = task.Process.ExecutablePath;
        LxProcess.Of(process).InheritFrom(LxProcess.Of(task.Process));
        CpuLimit.Watch(process);
        // rseq(2): a copy of the memory keeps the registration.
        if (!Has(request, CloneFlags.CLONE_VM))
        {
            LxTask.Of(child).Rseq.InheritFrom(child, LxTask.Of(task).Rseq);
        }
    }

    // clone(2) ignores errors of these two stores.
    private static void StoreNumbers(KernelTask task, KernelTask child, in CloneRequest request)
    {
        if (Has(request, CloneFlags.CLONE_PARENT_SETTID))
        {
            task.Memory.TryWrite(request.ParentTid, child.Tid.Value);
        }

        if (Has(request, CloneFlags.CLONE_CHILD_SETTID))
        {
            child.Memory.TryWrite(request.ChildTid, child.Tid.Value);
        }
    }

    private static SysResult StorePidFd(KernelTask task, Process process, UserPointer<int> place)
    {
        SysResult descriptor = PidFdCalls.Install(task, process, 0);
        if (descriptor.IsError || task.Memory.TryWrite(place, (int)descriptor.Value))
        {
            return descriptor;
        }

        task.Files.Close(new Fd((int)descriptor.Value));
        return Errno.EFAULT;
    }
}
