namespace Zonix.Machine;

/// <summary>
/// Answers a thread's system calls without leaving <see cref="Processor.Run"/>: the machine calls it the way a CPU enters a
/// kernel, and the host's return predictor keeps what it knows of the guest.
/// </summary>
public interface IGuestCalls
{
    /// <summary>
    /// The calls whose answers execute managed code alone, without floating point: they allocate nothing, wait for
    /// nothing and call nothing of the host. Most of the guest's vector state stays in the registers meanwhile.
    /// </summary>
    CallSet PlainCalls { get; }

    /// <summary>Answers the call that the context's registers describe. Must not throw.</summary>
    /// <returns>True to go on behind the call; false to make <see cref="Processor.Run"/> return.</returns>
    bool Answer();
}
