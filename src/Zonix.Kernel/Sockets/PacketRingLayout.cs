namespace Zonix.Kernel.Sockets;

/// <summary>How the frames of a ring lie in memory. packet(7), struct tpacket_req.</summary>
/// <param name="BlockSize">Bytes of a block, whole pages.</param>
/// <param name="Blocks">How many blocks there are; 0: there is to be no ring.</param>
/// <param name="FrameSize">Bytes of a frame.</param>
/// <param name="Frames">How many frames there are.</param>
public readonly record struct PacketRingLayout(int BlockSize, int Blocks, int FrameSize, int Frames);
