using System.Buffers;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Loader;

/// <summary>What execve(2) hands to the new program: path, arguments and environment, all without their NULs.</summary>
public sealed class ProgramArguments
{
    private const int MaxStrings = 0x7FFF_FFFF;
    private const ulong StackLimitShare = 4;
    private const ulong MaxBytes = (8UL << 20) / 4 * 3;

    private ulong _bytes;

    /// <summary>No arguments yet.</summary>
    public ProgramArguments(ReadOnlySpan<byte> path)
    {
        Path = path.ToArray();
        _bytes = (ulong)Path.Length + 1;
    }

    /// <summary>The path as given: AT_EXECFN.</summary>
    public byte[] Path { get; }

    /// <summary>argv.</summary>
    public List<byte[]> Arguments { get; } = [];

    /// <summary>envp.</summary>
    public List<byte[]> Environment { get; } = [];

    /// <summary>Adds an argument.</summary>
    public void AddArgument(byte[] argument)
    {
        Arguments.Add(argument);
        _bytes += (ulong)argument.Length + 1;
    }

    /// <summary>Adds an environment string.</summary>
    public void AddEnvironment(byte[] variable)
    {
        Environment.Add(variable);
        _bytes += (ulong)variable.Length + 1;
    }

    /// <summary>Reads the vectors of execve(2) from guest memory. A null vector is an empty one.</summary>
    /// <returns>Success; EFAULT; E2BIG.</returns>
    public SysResult Read(KernelTask task, UserAddress argv, UserAddress envp, Rlimits limits)
    {
        SysResult result = ReadVector(task, argv, Arguments, limits);
        if (!result.IsError)
            result = ReadVector(task, envp, Environment, limits);

        // An empty argv would let programs that count from argv[1] run into the environment.
        if (!result.IsError && Arguments.Count == 0)
            AddArgument([]);
        return result.IsError ? result : CheckSize(limits);
    }

    /// <summary>Puts the interpreter of a script before the arguments in place of argv[0]. execve(2).</summary>
    internal SysResult PrependScript(in ScriptHeader header, byte[] script, Rlimits limits)
    {
        if (Arguments.Count > 0)
        {
            _bytes -= (ulong)Arguments[0].Length + 1;
            Arguments.RemoveAt(0);
        }

        List<byte[]> first = header.Argument is null ? [header.Interpreter, script] : [header.Interpreter, header.Argument, script];
        foreach (byte[] text in first)
            _bytes += (ulong)text.Length + 1;
        Arguments.InsertRange(0, first);
        return CheckSize(limits);
    }

    /// <summary>The limits of execve(2), "Limits on size of arguments and environment".</summary>
    internal SysResult CheckSize(Rlimits limits)
    {
        ulong limit = Math.Max(Math.Min(MaxBytes, limits[RlimitResource.RLIMIT_STACK].Soft / StackLimitShare), ElfLimits.ARG_MAX);
        ulong pointers = (ulong)(Math.Max(Arguments.Count, 1) + Environment.Count) * sizeof(ulong);
        return pointers >= limit || _bytes > limit - pointers ? Errno.E2BIG : SysResult.Success;
    }

    private SysResult ReadVector(KernelTask task, UserAddress vector, List<byte[]> strings, Rlimits limits)
    {
        if (vector.IsNull)
            return SysResult.Success;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ElfLimits.MAX_ARG_STRLEN);
        try
        {
            for (ulong i = 0; i < MaxStrings; i++)
            {
                if (!task.TryRead(vector + (i * (ulong)GuestWord.SizeOf(task.CallAbi)), out GuestWord pointer))
                    return Errno.EFAULT;
                if (pointer.Value == 0)
                    return SysResult.Success;
                SysResult result = ReadString(task.Memory, new UserAddress(pointer.Value), buffer, strings);
                if (!result.IsError)
                    result = CheckSize(limits);
                if (result.IsError)
                    return result;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Errno.E2BIG;
    }

    private SysResult ReadString(AddressSpace memory, UserAddress address, byte[] buffer, List<byte[]> strings)
    {
        int length = memory.CopyInString(address, buffer.AsSpan(0, ElfLimits.MAX_ARG_STRLEN));
        if (length < 0)
            return Errno.EFAULT;
        if (length == ElfLimits.MAX_ARG_STRLEN)
            return Errno.E2BIG;
        strings.Add(buffer[..length]);
        _bytes += (ulong)length + 1;
        return SysResult.Success;
    }
}
