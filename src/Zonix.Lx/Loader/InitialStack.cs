using System.Buffers.Binary;
using Zonix.Abi;
using Zonix.Kernel.Memory;

namespace Zonix.Lx.Loader;

/// <summary>
/// What lies on the stack when a program starts, from the top down: 8 zero bytes, the path, the environment, the arguments, a
/// random gap, the platform's name, 16 random bytes, the auxiliary vector, envp, argv, argc.
/// </summary>
internal sealed class InitialStack
{
    private const int RandomBytes = 16;
    private readonly int _wordSize;

    private readonly ProgramArguments _arguments;
    private readonly ulong _top;
    private readonly ulong _argumentsStart;
    private readonly ulong _environmentStart;
    private readonly ulong _environmentEnd;
    private readonly ulong _random;
    private readonly ulong _platform;
    private readonly byte[] _randomBytes;

    /// <summary>Lays the strings out below <paramref name="top"/>.</summary>
    /// <param name="arguments">Path, arguments and environment.</param>
    /// <param name="top">First address above the stack.</param>
    /// <param name="gap">Random distance between the strings and the vectors.</param>
    /// <param name="randomBytes">What AT_RANDOM points at.</param>
    /// <param name="isI386">Words are of 4 bytes.</param>
    internal InitialStack(ProgramArguments arguments, ulong top, int gap, byte[] randomBytes, bool isI386 = false)
    {
        _wordSize = isI386 ? 4 : 8;
        _arguments = arguments;
        _top = top;
        _randomBytes = randomBytes;
        ulong at = top - 8;
        PathAddress = at -= (ulong)arguments.Path.Length + 1;
        _environmentEnd = at;
        _environmentStart = at -= Total(arguments.Environment);
        _argumentsStart = at -= Total(arguments.Arguments);
        at = (at - (ulong)gap) & ~15UL;
        _platform = at -= (ulong)Platform.Length;
        _random = (at - RandomBytes) & ~15UL;
    }

    private ReadOnlySpan<byte> Platform => _wordSize == 4 ? "i686\0"u8 : "x86_64\0"u8;

    /// <summary>Address of the path: AT_EXECFN.</summary>
    internal ulong PathAddress { get; }

    /// <summary>Adds the entries that point into the stack.</summary>
    internal void AddTo(AuxiliaryVector vector)
    {
        vector.Add(AuxiliaryType.AT_RANDOM, _random);
        vector.Add(AuxiliaryType.AT_HWCAP2, 2); // HWCAP2_FSGSBASE
        vector.Add(AuxiliaryType.AT_EXECFN, PathAddress);
        vector.Add(AuxiliaryType.AT_PLATFORM, _platform);
    }

    /// <summary>The bytes from the stack pointer up to the top.</summary>
    internal byte[] Build(AuxiliaryVector vector, out ulong stackPointer)
    {
        int argc = _arguments.Arguments.Count;
        int pointers = 1 + argc + 1 + _arguments.Environment.Count + 1;
        stackPointer = (_random - (ulong)((pointers * _wordSize) + vector.Size)) & ~15UL;
        byte[] image = new byte[_top - stackPointer];
        ulong sp = stackPointer;
        int at = 0;
        Push((ulong)argc);
        PushStrings(_arguments.Arguments, _argumentsStart);
        PushStrings(_arguments.Environment, _environmentStart);
        vector.Write(image.AsSpan(at));
        _randomBytes.CopyTo(At(_random));
        Platform.CopyTo(At(_platform));
        _arguments.Path.CopyTo(At(PathAddress));
        return image;

        Span<byte> At(ulong address) => image.AsSpan((int)(address - sp));

        void Push(ulong value)
        {
            if (_wordSize == 4)
                BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(at), (uint)value);
            else
                BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(at), value);
            at += _wordSize;
        }

        void PushStrings(List<byte[]> strings, ulong address)
        {
            foreach (byte[] text in strings)
            {
                text.CopyTo(At(address));
                Push(address);
                address += (ulong)text.Length + 1;
            }

            Push(0);
        }
    }

    /// <summary>Notes where things lie, for /proc.</summary>
    internal void Describe(ProgramAreas areas)
    {
        areas.ArgumentsStart = _argumentsStart;
        areas.ArgumentsEnd = _environmentStart;
        areas.EnvironmentStart = _environmentStart;
        areas.EnvironmentEnd = _environmentEnd;
    }

    private static ulong Total(List<byte[]> strings)
    {
        ulong total = 0;
        foreach (byte[] text in strings)
            total += (ulong)text.Length + 1;
        return total;
    }
}
