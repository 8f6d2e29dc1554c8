namespace Zonix.Lx.Aio;

/// <summary>What became of a request: struct io_event.</summary>
/// <param name="Data">The request's own.</param>
/// <param name="Object">Where the request lies.</param>
/// <param name="Result">Bytes, or an error.</param>
internal readonly record struct AioEvent(ulong Data, ulong Object, long Result)
{
    public const int Size = 32;
}
