namespace Zonix.Lx.Netlink;

/// <summary>Flags of messages. netlink(7).</summary>
[Flags]
internal enum NetlinkFlags : ushort
{
    None = 0,
    NLM_F_REQUEST = 1,
    NLM_F_MULTI = 2,
    NLM_F_ACK = 4,
    NLM_F_DUMP_FILTERED = 0x20,
    NLM_F_ROOT = 0x100,
    NLM_F_MATCH = 0x200,
    NLM_F_DUMP = NLM_F_ROOT | NLM_F_MATCH,
    NLM_F_REPLACE = 0x100,
    NLM_F_EXCL = 0x200,
    NLM_F_CREATE = 0x400,
    NLM_F_APPEND = 0x800,
}
