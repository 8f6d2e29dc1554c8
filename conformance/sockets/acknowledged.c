// Which messages of netlink come together: an acknowledgement is a datagram of its own, behind the answer. netlink(7).
#include "lib/check.h"
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

static void show(int fd)
{
    char got[16384];
    long n = recv(fd, got, sizeof got, MSG_DONTWAIT);
    if (n < 0) {
        printf("%s\n", strerrorname_np(errno));
        return;
    }
    printf("datagram:");
    for (struct nlmsghdr *head = (void *)got; NLMSG_OK(head, n); head = NLMSG_NEXT(head, n)) {
        printf(" type %d flags %x seq %d", head->nlmsg_type, head->nlmsg_flags, head->nlmsg_seq);
        if (head->nlmsg_type == NLMSG_ERROR)
            printf(" error %d", ((struct nlmsgerr *)NLMSG_DATA(head))->error);
    }
    printf("\n");
}

static void ask(int fd, const char *what, void *request, int length)
{
    printf("%s\n", what);
    REQUIRE(send(fd, request, length, 0) == length);
    for (int i = 0; i < 3; i++)
        show(fd);
}

static void links(int index, int flags)
{
    struct {
        struct nlmsghdr head;
        struct ifinfomsg info;
    } request = {{sizeof request, RTM_GETLINK, NLM_F_REQUEST | flags, 7, 0}, {.ifi_index = index}};
    int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    REQUIRE(fd >= 0);
    ask(fd, flags ? "link, acknowledged" : "link", &request, sizeof request);
    close(fd);
}

static void family(const char *name, int size)
{
    struct {
        struct nlmsghdr head;
        struct genlmsghdr generic;
        struct nlattr attribute;
        char name[16];
    } request = {{0, GENL_ID_CTRL, NLM_F_REQUEST | NLM_F_ACK, 9, 0}, {CTRL_CMD_GETFAMILY, 1, 0}, {NLA_HDRLEN + size, CTRL_ATTR_FAMILY_NAME}, ""};
    strcpy(request.name, name);
    request.head.nlmsg_len = NLMSG_ALIGN(NLMSG_HDRLEN + GENL_HDRLEN + NLA_HDRLEN + size);
    int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
    REQUIRE(fd >= 0);
    ask(fd, name, &request, request.head.nlmsg_len);
    close(fd);
}

int main(void)
{
    links(1, 0);
    links(1, NLM_F_ACK);
    links(12345, NLM_F_ACK);
    family("nlctrl", 7);
    family("no such", 8);
}
