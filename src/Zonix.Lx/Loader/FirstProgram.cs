using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Lx.Tasks;
using Zonix.Machine;

namespace Zonix.Lx.Loader;

/// <summary>Puts a program into a process that no guest has started.</summary>
public static class FirstProgram
{
    private static ReadOnlySpan<byte> DefaultPath => "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"u8;

    /// <summary>A process with one task and an empty address space; the caller adds files and a place in the file system.</summary>
    public static KernelTask CreateTask(KernelMachine machine, PidSpace pids, LxBrand brand)
    {
        Process process = machine.CreateProcess(brand, pids);
        process.ReplaceMemory(brand.Loader.CreateAddressSpace(process.Rlimits));
        KernelTask task = process.CreateTask(new CpuContext(process.Memory.Window));
        LxTask.Attach(task).Personality = brand.Is32Bit ? Persona.PER_LINUX32 : 0;
        return task;
    }

    /// <summary>Loads a program, looked for along PATH when its name has no slash. The task can be started then.</summary>
    /// <returns>Success, or what execve(2) answers.</returns>
    public static SysResult Load(KernelTask task, byte[] program, IEnumerable<byte[]> arguments, IEnumerable<byte[]> environment)
    {
        List<byte[]> variables = [.. environment];
        if (program.AsSpan().Contains((byte)'/'))
            return LoadAt(task, program, program, arguments, variables);
        SysResult failure = Errno.ENOENT;
        foreach (byte[] folder in SearchPath(variables))
        {
            byte[] path = folder.Length == 0 ? program : [.. folder, (byte)'/', .. program];
            SysResult result = LoadAt(task, path, program, arguments, variables);
            if (!result.IsError || result.Error is not (Errno.ENOENT or Errno.ENOTDIR or Errno.EACCES))
                return result;
            if (result.Error == Errno.EACCES)
                failure = result;
        }

        return failure;
    }

    private static SysResult LoadAt(
        KernelTask task, byte[] path, byte[] name, IEnumerable<byte[]> arguments, List<byte[]> environment)
    {
        SysResult result = ExecutableFile.Open(
            task, task.FileSystem.WorkingDirectory, path, WalkFlags.Follow, out ExecutableFile? file);
        if (result.IsError)
            return result;
        var request = new ProgramArguments(path);
        request.AddArgument(name);
        foreach (byte[] argument in arguments)
            request.AddArgument(argument);
        foreach (byte[] variable in environment)
            request.AddEnvironment(variable);
        result = request.CheckSize(task.Process.Rlimits);
        if (!result.IsError)
            return ProgramStart.Execute(task, file!, request);
        file!.Dispose();
        return result;
    }

    private static List<byte[]> SearchPath(List<byte[]> environment)
    {
        byte[] path = DefaultPath.ToArray();
        foreach (byte[] variable in environment)
        {
            if (variable.AsSpan().StartsWith("PATH="u8))
                path = variable[5..];
        }

        var folders = new List<byte[]>();
        foreach (Range range in path.AsSpan().Split((byte)':'))
            folders.Add(path[range]);
        return folders;
    }
}
