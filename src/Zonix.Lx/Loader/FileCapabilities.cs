using System.Buffers.Binary;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Loader;

/// <summary>The capabilities of a program's file, from its attribute security.capability. capabilities(7), "File capabilities".</summary>
/// <param name="IsPresent">Whether the file has any.</param>
/// <param name="Permitted">What its program gets, within the bounding set.</param>
/// <param name="Inheritable">What it gets of the caller's inheritable set.</param>
/// <param name="IsEffective">Whether all of it is effective at the start.</param>
internal readonly record struct FileCapabilities(bool IsPresent, ulong Permitted, ulong Inheritable, bool IsEffective)
{
    private const uint RevisionMask = 0xFF00_0000, Revision1 = 0x0100_0000, Revision2 = 0x0200_0000, Revision3 = 0x0300_0000;
    private const uint VFS_CAP_FLAGS_EFFECTIVE = 1;
    private const int Size1 = 12, Size2 = 20, Size3 = 24;

    private static ReadOnlySpan<byte> AttributeName => "security.capability"u8;

    /// <summary>Reads them.</summary>
    /// <returns>0, also for a file without; EINVAL when the attribute is malformed.</returns>
    internal static Errno Read(IInode inode, out FileCapabilities capabilities)
    {
        capabilities = default;
        if (inode is not IExtendedAttributes attributes)
            return 0;
        Span<byte> value = stackalloc byte[Size3];
        SysResult result = attributes.GetAttribute(AttributeName, value);
        if (result.IsError)
            return result.Error == Errno.ERANGE ? Errno.EINVAL : 0;
        int size = (int)result.Value;
        if (size < sizeof(uint))
            return Errno.EINVAL;
        uint magic = Word(value, 0);
        int wanted = (magic & RevisionMask) switch
        {
            Revision1 => Size1,
            Revision2 => Size2,
            Revision3 => Size3,
            _ => 0,
        };
        if (size != wanted)
            return Errno.EINVAL;
        // Capabilities for the root of another user namespace are none here.
        if (size == Size3 && Word(value, 5) != 0)
            return 0;
        ulong permitted = Word(value, 1), inheritable = Word(value, 2);
        if (size > Size1)
        {
            permitted |= (ulong)Word(value, 3) << 32;
            inheritable |= (ulong)Word(value, 4) << 32;
        }

        capabilities = new FileCapabilities(
            true, permitted & Credentials.AllCapabilities, inheritable & Credentials.AllCapabilities, (magic & VFS_CAP_FLAGS_EFFECTIVE) != 0);
        return 0;
    }

    private static uint Word(ReadOnlySpan<byte> value, int index) => BinaryPrimitives.ReadUInt32LittleEndian(value[(index * sizeof(uint))..]);
}
