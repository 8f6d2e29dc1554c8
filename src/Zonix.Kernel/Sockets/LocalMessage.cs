using System.Buffers;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Sockets;

/// <summary>A message, or a part of a stream, on its way from one local socket to the other.</summary>
internal sealed class LocalMessage
{
    private const int PageSize = 4096, LargestHead = 3776;
    private byte[]? buffer;

    internal LocalMessage(LocalSocket owner, int length, MessageSender sender, OpenFileDescription[]? files)
    {
        Owner = owner;
        Name = owner.Bound;
        buffer = length > 0 ? ArrayPool<byte>.Shared.Rent(length) : [];
        Length = length;
        Sender = sender;
        Files = files;
        Charge = ChargeOf(length);
    }

    /// <summary>The socket it was sent from, against whose buffer it counts.</summary>
    internal LocalSocket Owner { get; }

    /// <summary>That socket's name then.</summary>
    internal byte[]? Name { get; }

    /// <summary>What it counts against the sender's buffer.</summary>
    internal int Charge { get; }

    internal MessageSender Sender { get; }

    /// <summary>Files in transit; a reference each.</summary>
    internal OpenFileDescription[]? Files { get; set; }

    /// <summary>The user whose files in flight they are.</summary>
    internal uint FilesUser { get; init; }

    /// <summary>Bytes that were received already.</summary>
    internal int Taken { get; set; }

    /// <summary>Bytes it has in all.</summary>
    internal int Length { get; private set; }

    internal Span<byte> Data => buffer.AsSpan(0, Length);

    internal ReadOnlySpan<byte> Rest => buffer.AsSpan(Taken, Length - Taken);

    // As Linux counts: what a message needs more than its head's room lies in whole pages; the head with its records is a piece of
    // memory of one of a few sizes.
    private static int ChargeOf(int length)
    {
        int paged = length <= LargestHead ? 0 : Math.Min(length, (length - LargestHead + PageSize - 1) & -PageSize);
        int head = (length - paged) switch
        {
            <= 192 => 768,
            <= 704 => 1280,
            <= 1728 => 2304,
            _ => 4352,
        };
        return head + ((paged + PageSize - 1) & -PageSize);
    }

    /// <summary>Cuts its end off.</summary>
    internal void Truncate(int length) => Length = Math.Min(Length, length);

    /// <summary>Gives its memory back; its files stay with who took them.</summary>
    internal void Recycle()
    {
        if (buffer is { Length: > 0 } used)
            ArrayPool<byte>.Shared.Return(used);
        buffer = null;
    }
}
