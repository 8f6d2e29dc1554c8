using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Sockets;

/// <summary>What came along with received data.</summary>
public struct ReceivedMessage
{
    /// <summary>Open files that were sent along, with a reference each that is now the receiver's. SCM_RIGHTS.</summary>
    public OpenFileDescription[]? Files { get; set; }

    /// <summary>Who sent it.</summary>
    public MessageSender Sender { get; set; }

    /// <summary>The name of the socket it came from; null: none.</summary>
    public byte[]? Name { get; set; }

    /// <summary>The message's whole length, where messages have bounds.</summary>
    public int Length { get; set; }

    /// <summary>Whether the message was longer than the buffer. MSG_TRUNC.</summary>
    public bool IsTruncated { get; set; }

    /// <summary>Gives the files back that nobody took.</summary>
    public void ReleaseFiles()
    {
        foreach (OpenFileDescription file in Files ?? [])
            file.Release();
        Files = null;
    }
}
