using System.Globalization;
using System.Text;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>What the system calls itself. uname(2).</summary>
internal static class SystemNames
{
    private const int FieldSize = 65, OldestFieldSize = 9, FieldCount = 6;

    /// <summary>Names the system. uname(2).</summary>
    [Syscall(X64 = 63, I386 = 122)]
    internal static SysResult Uname(KernelTask task, UserAddress buffer) => Put(task, buffer, FieldSize, FieldCount);

    /// <summary>The same without the name of the domain.</summary>
    [Syscall(I386 = 109)]
    internal static SysResult Olduname(KernelTask task, UserAddress buffer) => Put(task, buffer, FieldSize, FieldCount - 1);

    /// <summary>The same with names of 8 bytes.</summary>
    [Syscall(I386 = 59)]
    internal static SysResult Oldolduname(KernelTask task, UserAddress buffer) => Put(task, buffer, OldestFieldSize, FieldCount - 1);

    private static SysResult Put(KernelTask task, UserAddress buffer, int fieldSize, int count)
    {
        Span<byte> fields = stackalloc byte[FieldSize * FieldCount];
        fields.Clear();
        var identity = LxBrand.Of(task).IdentityOn(task.Machine);
        var names = LxTask.Of(task).Namespaces.Uts;
        Persona personality = LxTask.Of(task).Personality;
        Encoding.UTF8.GetBytes("Linux", fields);
        names.HostName.CopyTo(fields[FieldSize..]);
        Encoding.UTF8.GetBytes((personality & Persona.UNAME26) != 0 ? AsOld(identity.Release) : identity.Release, fields[(2 * FieldSize)..]);
        Encoding.UTF8.GetBytes(identity.Version, fields[(3 * FieldSize)..]);
        Encoding.UTF8.GetBytes((personality & Persona.PER_MASK) == Persona.PER_LINUX32 ? "i686" : "x86_64", fields[(4 * FieldSize)..]);
        names.DomainName.CopyTo(fields[(5 * FieldSize)..]);
        Span<byte> told = stackalloc byte[fieldSize * count];
        for (int i = 0; i < count; i++)
            fields.Slice(i * FieldSize, fieldSize - 1).CopyTo(told[(i * fieldSize)..]);
        // The last byte of each is its end.
        for (int i = 0; i < count; i++)
            told[((i + 1) * fieldSize) - 1] = 0;
        return task.Memory.TryCopyOut(buffer, told) ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>personality(2), UNAME26: 3.x is shown as 2.6.40 and so on, 4.x and later ones as 2.6.60 and so on.</summary>
    internal static string AsOld(string release)
    {
        int end = 0, dots = 0;
        while (end < release.Length && (char.IsAsciiDigit(release[end]) || release[end] == '.') && !(release[end] == '.' && ++dots >= 3))
            end++;
        string[] numbers = release[..end].Split('.');
        if (!int.TryParse(numbers[0], CultureInfo.InvariantCulture, out int major) || major < 3 || numbers.Length < 2 ||
            !int.TryParse(numbers[1], CultureInfo.InvariantCulture, out int minor))
            return release;
        return string.Create(CultureInfo.InvariantCulture, $"2.6.{minor + (major == 3 ? 40 : 60)}{release[end..]}");
    }
}
