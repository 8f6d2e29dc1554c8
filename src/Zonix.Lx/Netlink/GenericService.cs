using System.Buffers.Binary;

namespace Zonix.Lx.Netlink;

/// <summary>
/// Generic netlink, whose families are asked for by name at one that is always there, the controller. There are no others.
/// include/uapi/linux/genetlink.h.
/// </summary>
internal sealed class GenericService : INetlinkService
{
    private const int GENL_ID_CTRL = 16, CTRL_CMD_NEWFAMILY = 1, CTRL_CMD_GETFAMILY = 3, GENL_CMD_CAP_DO_DUMP = 0xe, GENL_HDRLEN = 4;
    private const int CTRL_ATTR_FAMILY_ID = 1, CTRL_ATTR_FAMILY_NAME = 2, CTRL_ATTR_VERSION = 3, CTRL_ATTR_HDRSIZE = 4, CTRL_ATTR_MAXATTR = 5;
    private const int CTRL_ATTR_OPS = 6, CTRL_ATTR_MCAST_GROUPS = 7, CTRL_ATTR_OP_ID = 1, CTRL_ATTR_OP_FLAGS = 2;
    private const int CTRL_ATTR_MCAST_GRP_NAME = 1, CTRL_ATTR_MCAST_GRP_ID = 2, CTRL_ATTR_MAX = 10, ControllerVersion = 2;
    private const string ControllerName = "nlctrl", NotifyGroup = "notify";

    public Errno Handle(in NetlinkRequest request, NetlinkWriter answer)
    {
        if (request.Header.Type != GENL_ID_CTRL)
            return Errno.ENOENT;
        if (request.Body.Length < GENL_HDRLEN)
            return Errno.EINVAL;
        if (request.Body[0] != CTRL_CMD_GETFAMILY)
            return Errno.EOPNOTSUPP;
        if (request.IsDump)
        {
            PutController(answer, NetlinkFlags.NLM_F_MULTI);
            answer.PutDone();
            return 0;
        }
        ReadOnlySpan<byte> number = request.Attribute(GENL_HDRLEN, CTRL_ATTR_FAMILY_ID);
        string? name = request.Text(GENL_HDRLEN, CTRL_ATTR_FAMILY_NAME);
        if (number.Length < sizeof(ushort) && name is null)
            return Errno.EINVAL;
        bool isController = name is null ? BinaryPrimitives.ReadUInt16LittleEndian(number) == GENL_ID_CTRL : name == ControllerName;
        if (!isController)
            return Errno.ENOENT;
        PutController(answer, NetlinkFlags.None);
        return 0;
    }

    private static void PutController(NetlinkWriter answer, NetlinkFlags flags)
    {
        Span<byte> head = answer.Begin(GENL_ID_CTRL, GENL_HDRLEN, flags);
        (head[0], head[1]) = (CTRL_CMD_NEWFAMILY, ControllerVersion);
        answer.Put(CTRL_ATTR_FAMILY_NAME, ControllerName);
        answer.Put(CTRL_ATTR_FAMILY_ID, [GENL_ID_CTRL, 0]);
        answer.Put(CTRL_ATTR_VERSION, (uint)ControllerVersion);
        answer.Put(CTRL_ATTR_HDRSIZE, 0u);
        answer.Put(CTRL_ATTR_MAXATTR, (uint)CTRL_ATTR_MAX);
        int all = answer.BeginNested(CTRL_ATTR_OPS), one = answer.BeginNested(1);
        answer.Put(CTRL_ATTR_OP_ID, (uint)CTRL_CMD_GETFAMILY);
        answer.Put(CTRL_ATTR_OP_FLAGS, (uint)GENL_CMD_CAP_DO_DUMP);
        answer.EndNested(one);
        answer.EndNested(all);
        all = answer.BeginNested(CTRL_ATTR_MCAST_GROUPS);
        one = answer.BeginNested(1);
        answer.Put(CTRL_ATTR_MCAST_GRP_ID, (uint)GENL_ID_CTRL);
        answer.Put(CTRL_ATTR_MCAST_GRP_NAME, NotifyGroup);
        answer.EndNested(one);
        answer.EndNested(all);
        answer.End();
    }
}
