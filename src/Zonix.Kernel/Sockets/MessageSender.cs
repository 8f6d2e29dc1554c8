namespace Zonix.Kernel.Sockets;

/// <summary>Who sent a message. unix(7), SCM_CREDENTIALS.</summary>
public readonly record struct MessageSender(int Pid, uint Uid, uint Gid);
