namespace Zonix.Kernel.Ipc;

/// <summary>A message of a System V queue.</summary>
/// <param name="Type">Its type, positive.</param>
/// <param name="Text">Its bytes.</param>
public sealed record Message(long Type, byte[] Text);
