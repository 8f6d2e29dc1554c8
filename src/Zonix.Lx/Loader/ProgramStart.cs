using System.Text;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Signals;
using Zonix.Lx.Ptrace;
using Zonix.Lx.Tasks;
using Zonix.Machine;

namespace Zonix.Lx.Loader;

/// <summary>The second half of execve(2): the loaded program takes the place of the caller's.</summary>
internal static class ProgramStart
{
    private const int MaxNameLength = 15;
    private const ulong InitialFlags = 0x202;
    private const ulong SecureStackLimit = 8UL << 20;

    /// <summary>Loads an opened program and starts it in this task; other tasks of the process end first.</summary>
    /// <returns>An error, and nothing has changed; or no return, as the registers are the new program's.</returns>
    internal static SysResult Execute(KernelTask task, ExecutableFile program, ProgramArguments arguments)
    {
        var loader = ((LxBrand)task.Process.Brand).Loader;
        SysResult result = loader.Load(task, program, arguments, out LoadedProgram? loaded);
        if (result.IsError)
            return result;
        if (task.Process.HasOneTask && task.Tid.Value == task.Process.Pid.Value)
        {
            Commit(task, loaded!, arguments, task.Tid);
            return SysResult.NoReturn;
        }

        return LastTaskOperation.Begin(task, loaded!, arguments);
    }

    /// <summary>
    /// The point of no return: the task is the only one of its process. <paramref name="former"/> is the number it had before.
    /// </summary>
    internal static void Commit(KernelTask task, LoadedProgram loaded, ProgramArguments arguments, Tid former)
    {
        LxTask state = LxTask.Of(task);
        RobustList.Leave(task, state, ends: false);
        TaskExit.LeaveMemory(task, state);
        state.ClearChildTid = default;
        state.Rseq.Forget(task);
        state.Restartable = null;
        task.Cpu.Window = loaded.Memory.Window;
        task.Process.ReplaceMemory(loaded.Memory);
        task.Process.HasExecuted = true;
        SetRegisters(task.Cpu, loaded);
        if (task.Files.IsShared)
        {
            FileTable shared = task.Files;
            task.Files = shared.Clone();
            shared.Release();
        }

        task.Files.CloseOnExec();
        task.Process.Signals.ResetHandlers();
        LxProcess.Of(task.Process).ProgramReplaced();
        state.Personality = loaded.Personality;
        TakeIdentity(task, loaded.Identity);
        task.Signals.AlternateStack = new() { Flags = 2 /* SS_DISABLE */ };
        ReadOnlySpan<byte> name = arguments.Path.AsSpan(arguments.Path.AsSpan().LastIndexOf((byte)'/') + 1);
        task.Name = Encoding.UTF8.GetString(name[..Math.Min(name.Length, MaxNameLength)]);
        task.Process.Executable = loaded.Executable;
        task.Process.ExecutablePath = PathText.Format(loaded.Executable, task.FileSystem.Root);
        TellTracer(task, state, former);
    }

    private static void TellTracer(KernelTask task, LxTask state, Tid former)
    {
        if (task.Tracee is not { } tracee)
            return;
        LxTracee.Of(tracee).Debug?.Clear();
        if (LxTracee.Of(tracee).Wants(PtraceEvent.PTRACE_EVENT_EXEC))
            TraceStops.Note(state, PtraceEvent.PTRACE_EVENT_EXEC, (ulong)former.Value);
        else if (!tracee.IsSeized)
            SignalSending.Send(task, SigInfo.FromSender((int)Signal.SIGTRAP, SigCode.SI_USER, task.Process.Pid.Value, task.Credentials.Uid));
    }

    private static void TakeIdentity(KernelTask task, ExecIdentity identity)
    {
        if (identity.IsSecure)
        {
            task.ParentDeathSignal = 0;
            // A caller must not choose the layout of a program that may do more than itself.
            Rlimit stack = task.Process.Rlimits[RlimitResource.RLIMIT_STACK];
            if (stack.Soft > SecureStackLimit)
                task.Process.Rlimits[RlimitResource.RLIMIT_STACK] = stack with { Soft = SecureStackLimit };
        }

        Credentials old = task.Credentials;
        if (!identity.IsReadable || old.EffectiveUid != old.Uid || old.EffectiveGid != old.Gid)
            LxProcess.Of(task.Process).Dumpable = LxBrand.Of(task).Settings.SuidDumpable;
        CredentialChange.Apply(task, identity.Credentials);
    }

    private static void SetRegisters(CpuContext cpu, LoadedProgram loaded)
    {
        cpu.ResetExtendedState();
        ref GuestRegisters registers = ref cpu.Registers;
        registers = default;
        registers.Rip = loaded.Entry;
        registers.Rsp = loaded.StackPointer;
        registers.Rflags = InitialFlags;
        SegmentLoads.Reset(cpu);
    }
}
