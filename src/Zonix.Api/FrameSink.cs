using System.Buffers.Binary;
using Zonix.Zones.Streams;

namespace Zonix.Api;

/// <summary>
/// Carries a program's output to a client: raw for a terminal, else in docker's frames of eight bytes (stream, three zeros, length,
/// most significant byte first) and content.
/// </summary>
internal sealed class FrameSink(Stream wire, bool isRaw, bool wantsOutput, bool wantsError) : IOutputSink, IDisposable
{
    private const int HeaderSize = 8;
    private readonly SemaphoreSlim turn = new(1);
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] header = new byte[HeaderSize];

    /// <summary>Complete when there is nothing more to come, or nobody there to get it.</summary>
    internal Task Done => done.Task;

    public async ValueTask WriteAsync(OutputKind kind, ReadOnlyMemory<byte> bytes)
    {
        if (kind == OutputKind.Error ? !wantsError : !wantsOutput)
            return;
        await turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!isRaw)
            {
                header[0] = (byte)kind;
                BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), bytes.Length);
                await wire.WriteAsync(header).ConfigureAwait(false);
            }

            await wire.WriteAsync(bytes).ConfigureAwait(false);
            await wire.FlushAsync().ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Complete() => done.TrySetResult();

    public void Dispose() => turn.Dispose();
}
