using System.Buffers.Binary;
using Zonix.Abi;
using Zonix.Host.Files;
using Zonix.Kernel.Memory;
using Zonix.Machine;

namespace Zonix.Lx.Vdso;

/// <summary>The vDSO and its data page, which all processes of a machine share. vdso(7).</summary>
public sealed class VdsoPages : IDisposable
{
    // The data page, the code for x86-64, the code for i386.
    private readonly HostFile _file;
    private readonly Part _dataPart;
    private readonly Part _codePart;
    private readonly Lock _lock = new();
    private uint _sequence;

    /// <summary>Builds the pages. Until <see cref="Update"/> is called, the clocks are read by system calls.</summary>
    /// <exception cref="IOException">The host has no descriptor or memory left.</exception>
    public VdsoPages()
    {
        int error = HostFile.CreateInMemory("zonix-vdso", out HostFile? file);
        if (error != 0 || file is null || file.PWrite(VdsoImage.Build(), VdsoImage.DataSize) != VdsoImage.ImageSize
            || file.PWrite(Code32.Image, Offset32) != VdsoImage.ImageSize)
        {
            throw new IOException($"cannot create the vDSO: {(Errno)error}");
        }

        _file = file;
        _dataPart = new Part(file, "[vvar]", null);

        // The code is never written to; only the data is.
        _codePart = new Part(file, "[vdso]", file.Stat(out HostStat stat) == 0 ? new CodeIdentity(stat.Device, stat.Inode, 0, 0, 0) : null);
    }

    /// <summary>The vDSO of i386 programs.</summary>
    internal VdsoImage32 Code32 { get; } = new();

    private const long Offset32 = VdsoImage.DataSize + VdsoImage.ImageSize;

    /// <summary>Publishes new clock parameters: odd sequence number, data, even sequence number.</summary>
    public void Update(in VdsoData data)
    {
        Span<byte> page = stackalloc byte[VdsoData.Size];
        lock (_lock)
        {
            WriteSequence(++_sequence);
            data.Write(page);
            _ = _file.PWrite(page[VdsoData.ModeOffset..], VdsoData.ModeOffset);
            WriteSequence(++_sequence);
        }
    }

    /// <summary>Maps both parts.</summary>
    /// <returns>The address of the vDSO; 0 when there is no room for it.</returns>
    internal ulong Map(AddressSpace memory)
    {
        const VmaFlags Flags = VmaFlags.Special | VmaFlags.MayRead | VmaFlags.MayExecute | VmaFlags.DontDump;
        var found = memory.FindProgramAddress(memory.Layout.VdsoBase, VdsoImage.DataSize + VdsoImage.ImageSize, AddressSpace.PageSize);
        if (found.IsError)
            return 0;
        ulong data = (ulong)found.Value;
        ulong code = data + VdsoImage.DataSize;
        const MapFlags Fixed = MapFlags.MAP_FIXED | MapFlags.MAP_PRIVATE;
        if (memory.Map(new MapRequest(data, VdsoImage.DataSize, Prot.PROT_READ, Fixed, _dataPart, 0, Flags | VmaFlags.Shared)).IsError
            || memory.Map(new MapRequest(code, VdsoImage.ImageSize, Prot.PROT_READ | Prot.PROT_EXEC, Fixed, _codePart,
                memory.Window.IsI386 ? (ulong)Offset32 : VdsoImage.DataSize,
                Flags | VmaFlags.MayWrite)).IsError)
        {
            return 0;
        }

        return code;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void WriteSequence(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _ = _file.PWrite(bytes, VdsoData.SequenceOffset);
    }

    /// <summary>One of the two mappings. It lives as long as the pages, and is not counted.</summary>
    private sealed class Part(HostFile file, string name, CodeIdentity? identity) : IMemoryObject
    {
        public MemoryObjectName Name => new(name);

        public void AddReference()
        {
        }

        public void Release()
        {
        }

        public int Map(MemoryWindow window, ulong address, ulong length, ulong offset, MemoryProtection protection, bool shared) =>
            window.MapFile(address, length, file, offset, protection, shared, identity);

        public CodeIdentity? GetCodeIdentity() => identity;

        public int Sync(ulong offset, ulong length) => 0;

        public int PunchHole(ulong offset, ulong length) => (int)Errno.EOPNOTSUPP;
    }
}
