// Netlink that is no netlink: random requests, cut and nested at will, are answered or refused, and fill no more than a queue.
// With an argument requests that change something are among them, which is for a zone alone.
// timeout: 60
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static uint64_t seed = 88172645463325252ull;

static unsigned noise(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 16);
}

static void drain(int fd)
{
    char answer[65536];
    for (int i = 0; i < 1000; i++)
        if (recv(fd, answer, sizeof answer, MSG_DONTWAIT) < 0 && errno != ENOBUFS)
            break;
}

// Attributes whose lengths are right, nearly right, or anything.
static int attributes(unsigned char *at, int room, int depth)
{
    int used = 0;
    while (used + 8 <= room && noise() % 6) {
        struct rtattr *one = (void *)(at + used);
        int length = noise() % 3 && depth < 4 ? attributes((void *)(one + 1), (room - used - 4) / 2, depth + 1) : noise() % 24;
        if (length > room - used - 4)
            length = room - used - 4;
        one->rta_type = noise() % 64 | (noise() % 8 ? 0 : NLA_F_NESTED);
        one->rta_len = noise() % 10 ? 4 + length : noise();
        used += (4 + length + 3) & ~3;
    }
    return used > room ? room : used;
}

static void shout(int protocol, const int *types, int count, int rounds)
{
    static unsigned char data[4096];
    int fd = socket(AF_NETLINK, SOCK_RAW, protocol), sent = 0;
    for (int i = 0; i < rounds; i++) {
        int used = 0;
        do {
            struct nlmsghdr *head = (void *)(data + used);
            unsigned char *body = (void *)(head + 1);
            int structure = noise() % 64;
            for (int k = 0; k < structure; k++)
                body[k] = noise() % 3 ? noise() % 4 : noise();
            if (noise() % 2)
                body[0] = noise() % 2 ? AF_INET : AF_INET6;
            structure = (structure + 3) & ~3;
            int length = 16 + structure + attributes(body + structure, 300, 0);
            head->nlmsg_type = count ? types[noise() % count] : 16 + noise() % 112;
            head->nlmsg_flags = NLM_F_REQUEST | (noise() % 2 ? NLM_F_DUMP : 0) | (noise() % 2 ? NLM_F_ACK : 0) | (count ? 0 : noise() & 0xf00);
            head->nlmsg_seq = i;
            head->nlmsg_pid = noise() % 2 ? 0 : noise();
            head->nlmsg_len = noise() % 12 ? length : noise() % 3 ? noise() % 64 : noise();
            used += (length + 3) & ~3;
        } while (used < 2000 && noise() % 3);
        sent += send(fd, data, used, 0) == used;
        if (noise() % 4)
            drain(fd);
    }
    printf("protocol %d: sent %d of %d\n", protocol, sent, rounds);
    close(fd);
}

static void ask(void)
{
    struct { struct nlmsghdr head; struct ifinfomsg body; } request = { { sizeof request, RTM_GETLINK, NLM_F_REQUEST, 1, 0 }, { .ifi_index = 1 } };
    char answer[8192];
    int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    send(fd, &request, sizeof request, 0);
    long got = recv(fd, answer, sizeof answer, 0);
    printf("a sensible one: %s\n", got > 32 && ((struct nlmsghdr *)answer)->nlmsg_type == RTM_NEWLINK ? "answered" : "not answered");
    close(fd);
}

static void flood(void)
{
    struct sockaddr_nl to = { .nl_family = AF_NETLINK };
    socklen_t length = sizeof to;
    int from = socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK), into = socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK), sent = 0, ends = 0;
    bind(into, (void *)&to, sizeof to);
    getsockname(into, (void *)&to, &length);
    for (int i = 0; i < 20000; i++)
        sent += sendto(from, "", 0, MSG_DONTWAIT, (void *)&to, sizeof to) == 0;
    for (int i = 0; i < 20000; i++) {
        char c;
        ends += recv(into, &c, 1, MSG_DONTWAIT) == 0;
    }
    printf("a flood of nothing: %s\n", ends < 2000 ? "held back" : "all of it kept");
    close(from);
    close(into);
}

int main(int count, char **words)
{
    (void)words;
    const int route[] = { RTM_GETLINK, RTM_GETADDR, RTM_GETROUTE, RTM_GETNEIGH, RTM_GETRULE }, diagnosis[] = { 20, 18, 21 }, generic[] = { 16, 17 };
    shout(NETLINK_ROUTE, route, 5, 3000);
    shout(NETLINK_SOCK_DIAG, diagnosis, count > 1 ? 0 : 1, 1000);
    shout(NETLINK_GENERIC, generic, 2, 1000);
    if (count > 1)
        shout(NETLINK_ROUTE, 0, 0, 20000);
    else
        ask();
    flood();
    return 0;
}
