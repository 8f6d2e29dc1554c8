using System.Buffers.Binary;
using System.Security.Cryptography;
using Zonix.Host.Files;
using Zonix.Host.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Time;

namespace Zonix.Network.Dns;

/// <summary>
/// One question that is passed on: to one server after another, each from a port and with a number of its own, until one answers.
/// </summary>
internal sealed class NameExchange(
    KernelMachine kernel, IReadinessSource readiness, IReadOnlyList<IpAddress> servers, ushort port, byte[] message, DnsQuery query, bool isStream,
    Action<byte[]?> done) : IReadinessObserver, IExpiry
{
    private const int EINPROGRESS = 115, EAGAIN = 11, Rounds = 2, LengthSize = 2;
    private const long WaitNs = 2_000_000_000, StreamWaitNs = 5_000_000_000;
    private readonly Lock gate = new();
    private readonly ushort number = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
    private KernelTimer? timer;
    private HostSocket? socket;
    private IReadinessWatch? watch;
    private byte[] received = [];
    private int attempt, filled;
    private bool isSent, isDone;

    /// <summary>Asks the first server.</summary>
    internal void Start()
    {
        timer = new KernelTimer(this);
        BinaryPrimitives.WriteUInt16BigEndian(message, number);
        Next(isFirst: true);
    }

    /// <inheritdoc/>
    public void Ready(HostReadiness ready)
    {
        byte[]? answer = null;
        bool hasFailed = false;
        lock (gate)
        {
            if (isDone || socket is null)
                return;
            if (!isStream)
                answer = ReadDatagram(out hasFailed);
            else if (isSent)
                answer = ReadStream(out hasFailed);
            else
                hasFailed = !TrySend();
            if (answer is null && !hasFailed)
                watch?.Arm(HostReadiness.Read);
        }
        if (answer is not null)
            Finish(answer);
        else if (hasFailed)
            Next(isFirst: false);
    }

    /// <inheritdoc/>
    public void Expired(long nowNs) => Next(isFirst: false);

    private void Next(bool isFirst)
    {
        bool isOver = false;
        lock (gate)
        {
            if (isDone)
                return;
            Drop();
            if (!isFirst)
                attempt++;
            while (attempt < servers.Count * Rounds && !TryAsk(servers[attempt % servers.Count]))
                attempt++;
            isOver = attempt >= servers.Count * Rounds;
        }
        if (isOver)
            Finish(null);
        else
            kernel.Scheduler.Timers.Arm(timer!, kernel.Clock.MonotonicNs + (isStream ? StreamWaitNs : WaitNs));
    }

    private bool TryAsk(IpAddress server)
    {
        HostSocketKind kind = isStream ? HostSocketKind.Stream : HostSocketKind.Datagrams;
        if (HostSocket.Open(kind, server.IsV4, out socket) != 0)
            return false;
        int e = socket!.Connect(new HostEndpoint(server.Bits, port));
        bool asks = (e == 0 || (isStream && e == EINPROGRESS)) && readiness.TryAdd(socket.Descriptor, this, out watch);
        if (asks && !isStream)
            asks = socket.Send(message) == message.Length;
        if (!asks)
        {
            Drop();
            return false;
        }
        (isSent, filled) = (false, 0);
        watch!.Arm(isStream ? HostReadiness.Write : HostReadiness.Read);
        return true;
    }

    private bool TrySend()
    {
        if (socket!.TakeError() != 0)
            return false;
        byte[] framed = new byte[message.Length + LengthSize];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
        message.CopyTo(framed.AsSpan(LengthSize));
        isSent = socket.Send(framed) == framed.Length;
        received = new byte[DnsAnswer.LargestSize + LengthSize];
        return isSent;
    }

    // What is no answer to this question is as if it had not come.
    private byte[]? ReadDatagram(out bool hasFailed)
    {
        if (received.Length == 0)
            received = new byte[DnsAnswer.LargestSize];
        while (true)
        {
            long got = socket!.Receive(received);
            hasFailed = got < 0 && got != -EAGAIN;
            if (got < 0)
                return null;
            if (IsAnswer(received.AsSpan(0, (int)got)))
                return received[..(int)got];
        }
    }

    private byte[]? ReadStream(out bool hasFailed)
    {
        long got = socket!.Receive(received.AsSpan(filled));
        hasFailed = got <= 0 && got != -EAGAIN;
        if (got <= 0)
            return null;
        filled += (int)got;
        int length = filled < LengthSize ? int.MaxValue - LengthSize : BinaryPrimitives.ReadUInt16BigEndian(received);
        if (filled < length + LengthSize)
            return null;
        Span<byte> answer = received.AsSpan(LengthSize, length);
        hasFailed = !IsAnswer(answer);
        return hasFailed ? null : answer.ToArray();
    }

    private bool IsAnswer(ReadOnlySpan<byte> answer) =>
        answer.Length >= DnsQuery.HeadSize && BinaryPrimitives.ReadUInt16BigEndian(answer) == number && (answer[2] & 0x80) != 0 &&
        (IsError(answer) || (answer.Length >= query.End && IsSameQuestion(answer[DnsQuery.HeadSize..query.End], message.AsSpan(DnsQuery.HeadSize..query.End))));

    // A server that could not read the question need not repeat it.
    private static bool IsError(ReadOnlySpan<byte> answer) => (answer[3] & 0x0F) != 0 && answer[4] == 0 && answer[5] == 0;

    private static bool IsSameQuestion(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        for (int i = 0; i < one.Length; i++)
        {
            if (one[i] != other[i] && !(char.IsAsciiLetter((char)one[i]) && (one[i] | 0x20) == (other[i] | 0x20)))
                return false;
        }
        return true;
    }

    private void Drop()
    {
        watch?.Dispose();
        socket?.Dispose();
        (watch, socket) = (null, null);
    }

    private void Finish(byte[]? answer)
    {
        lock (gate)
        {
            if (isDone)
                return;
            isDone = true;
            Drop();
        }
        kernel.Scheduler.Timers.Cancel(timer!);
        BinaryPrimitives.WriteUInt16BigEndian(message, query.Id);
        if (answer is not null)
            BinaryPrimitives.WriteUInt16BigEndian(answer, query.Id);
        done(answer);
    }
}
