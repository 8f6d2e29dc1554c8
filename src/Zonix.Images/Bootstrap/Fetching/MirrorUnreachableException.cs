namespace Zonix.Images.Bootstrap.Fetching;

/// <summary>There is no way to an archive now; what is in the cache may do.</summary>
public sealed class MirrorUnreachableException(string message, Exception inner) : Exception(message, inner);
