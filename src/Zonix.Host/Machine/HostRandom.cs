using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Zonix.Host.Machine;

/// <summary>
/// The host's random numbers, straight from getrandom(2): .NET's own generator loads OpenSSL first, which costs milliseconds
/// of the start.
/// </summary>
public sealed unsafe partial class HostRandom : RandomNumberGenerator
{
    private const int MaxAtOnce = 256;

    /// <summary>Fills a span with bytes fit for keys.</summary>
    public static new void Fill(Span<byte> bytes)
    {
        fixed (byte* p = bytes)
        {
            // Up to 256 bytes are delivered whole and without interruption.
            for (int done = 0; done < bytes.Length;)
            {
                nint n = getrandom(p + done, (nuint)Math.Min(bytes.Length - done, MaxAtOnce), 0);
                if (n < 0)
                    throw new CryptographicException("getrandom failed");
                done += (int)n;
            }
        }
    }

    /// <summary>A number below <paramref name="limit"/>, which is small: the bias is of no weight.</summary>
    public static int Below(int limit)
    {
        Span<byte> bytes = stackalloc byte[8];
        Fill(bytes);
        return (int)(BitConverter.ToUInt64(bytes) % (uint)limit);
    }

    /// <inheritdoc/>
    public override void GetBytes(byte[] data) => Fill(data);

    /// <inheritdoc/>
    public override void GetBytes(Span<byte> data) => Fill(data);

    [LibraryImport("libc")]
    private static partial nint getrandom(byte* buffer, nuint length, uint flags);
}
