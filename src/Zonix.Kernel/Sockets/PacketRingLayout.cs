namespace Zonix.Kernel.Sockets;

/// <summary>How the frames of a ring lie in memory. packet(7), struct tpacket_req, tpacket_req3.</summary>
/// <param name="BlockSize">Bytes of a block, whole pages.</param>
/// <param name="Blocks">How many blocks there are; 0: there is to be no ring.</param>
/// <param name="FrameSize">Bytes of a frame.</param>
/// <param name="Frames">How many frames there are.</param>
/// <param name="RetireMs">Of TPACKET_V3: milliseconds until a block is given over that is not full; 0: as the kernel likes.</param>
/// <param name="PrivateSize">Of TPACKET_V3: bytes of a block that are the program's.</param>
public readonly record struct PacketRingLayout(int BlockSize, int Blocks, int FrameSize, int Frames, int RetireMs = 0, int PrivateSize = 0);
