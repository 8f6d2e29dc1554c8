// UDP over lo: names, sizes, truncation, errors of ports where nobody is, several messages in one call, what comes along with packets.
#define _GNU_SOURCE
#include "lib/check.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static void number(const char *what, long r)
{
    if (r < 0)
        printf("%s: %s\n", what, strerrorname_np(errno));
    else
        printf("%s: %ld\n", what, r);
}

static void events(const char *what, int fd)
{
    struct pollfd p = { fd, POLLIN | POLLOUT | POLLPRI | POLLRDHUP, 0 };
    poll(&p, 1, 0);
    printf("%s: %x\n", what, p.revents);
}

static int bound(int family, struct sockaddr_storage *at, socklen_t *n)
{
    int fd = socket(family, SOCK_DGRAM, 0);
    memset(at, 0, sizeof *at);
    at->ss_family = family;
    if (family == AF_INET)
        ((struct sockaddr_in *)at)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    else
        ((struct sockaddr_in6 *)at)->sin6_addr = in6addr_loopback;
    *n = family == AF_INET ? 16 : 28;
    REQUIRE(bind(fd, (void *)at, *n) == 0);
    socklen_t room = sizeof *at;
    REQUIRE(getsockname(fd, (void *)at, &room) == 0);
    return fd;
}

static void plain(int family)
{
    printf("-- family %d\n", family);
    struct sockaddr_storage at, from;
    socklen_t n, m = sizeof from;
    int s = bound(family, &at, &n), c = socket(family, SOCK_DGRAM, 0);
    static char b[70000];
    events("fresh", c);
    number("send unconnected", send(c, "x", 1, 0));
    number("recv of nothing", recv(c, b, 1, MSG_DONTWAIT));
    number("sendto", sendto(c, "hello", 5, 0, (void *)&at, n));
    events("arrived", s);
    int waiting;
    ioctl(s, FIONREAD, &waiting);
    printf("waiting %d\n", waiting);
    number("peek", recv(s, b, 3, MSG_PEEK));
    number("trunc", recv(s, b, 3, MSG_PEEK | MSG_TRUNC));
    number("recvfrom", recvfrom(s, b, 64, 0, (void *)&from, &m));
    printf("length of name %d, family %d\n", m, from.ss_family);
    number("empty", sendto(c, "", 0, 0, (void *)&at, n));
    events("empty one arrived", s);
    number("recv", recv(s, b, 64, 0));
    number("connect", connect(c, (void *)&at, n));
    number("send", send(c, "connected", 9, 0));
    struct iovec v = { b, 4 };
    struct msghdr h = { .msg_iov = &v, .msg_iovlen = 1, .msg_flags = -1 };
    number("recvmsg", recvmsg(s, &h, 0));
    printf("flags %x\n", h.msg_flags);
    number("big", send(c, b, family == AF_INET ? 65507 : 65527, 0));
    number("recv big", recv(s, b, sizeof b, 0));
    number("too big", send(c, b, 65528, 0));
    number("port 0", (((struct sockaddr_in *)&from)->sin_port = 0, sendto(c, b, 1, 0, (void *)&from, n)));
    number("short name", sendto(c, b, 1, 0, (void *)&at, 7));
    number("MSG_OOB", send(c, b, 1, MSG_OOB));
    number("listen", listen(c, 1));
    number("accept", accept(c, 0, 0));
    number("shutdown unconnected", shutdown(s, SHUT_RD));
    events("after it", s);
    number("recv after it", recv(s, b, 1, MSG_DONTWAIT));
    number("shutdown", shutdown(c, SHUT_WR));
    number("send after it", send(c, b, 1, MSG_NOSIGNAL));
    close(s), close(c);
    s = bound(family, &at, &n);
    close(s);
    c = socket(family, SOCK_DGRAM, 0);
    connect(c, (void *)&at, n);
    number("to nobody", send(c, "x", 1, 0));
    usleep(20000);
    events("refused", c);
    number("recv", recv(c, b, 1, MSG_DONTWAIT));
    number("recv", recv(c, b, 1, MSG_DONTWAIT));
    number("to nobody", send(c, "x", 1, 0));
    usleep(20000);
    number("to nobody again", send(c, "x", 1, 0));
    number("to nobody again", send(c, "x", 1, 0));
    struct sockaddr un = { .sa_family = AF_UNSPEC };
    number("dissolve", connect(c, &un, sizeof un));
    number("send", send(c, "x", 1, 0));
    close(c);
}

static void along(void)
{
    puts("-- what comes along");
    struct sockaddr_storage at;
    socklen_t n;
    int s = bound(AF_INET, &at, &n), c = socket(AF_INET, SOCK_DGRAM, 0), on = 1, ttl = 17, tos = 8;
    setsockopt(s, IPPROTO_IP, IP_PKTINFO, &on, 4);
    setsockopt(s, IPPROTO_IP, IP_RECVTTL, &on, 4);
    setsockopt(s, IPPROTO_IP, IP_RECVTOS, &on, 4);
    setsockopt(c, IPPROTO_IP, IP_TTL, &ttl, 4);
    setsockopt(c, IPPROTO_IP, IP_TOS, &tos, 4);
    connect(c, (void *)&at, n);
    send(c, "x", 1, 0);
    for (int round = 0; round < 2; round++) {
        char b[8], control[256];
        struct iovec v = { b, 8 };
        struct msghdr h = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
        number("recvmsg", recvmsg(s, &h, 0));
        printf("flags %x, control %zu\n", h.msg_flags, h.msg_controllen);
        for (struct cmsghdr *m = CMSG_FIRSTHDR(&h); m; m = CMSG_NXTHDR(&h, m)) {
            printf("level %d type %d length %zu:", m->cmsg_level, m->cmsg_type, m->cmsg_len);
            for (size_t i = 0; i < m->cmsg_len - CMSG_LEN(0); i++)
                printf(" %02x", CMSG_DATA(m)[i]);
            puts("");
        }
        struct { struct cmsghdr h; int v; int pad; } ttl_of = { { CMSG_LEN(4), IPPROTO_IP, IP_TTL }, 44 };
        struct msghdr out = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = &ttl_of, .msg_controllen = sizeof ttl_of };
        number("sendmsg with a ttl", sendmsg(c, &out, 0));
        ttl_of.v = 999;
        number("sendmsg with a wrong one", sendmsg(c, &out, 0));
    }
    close(s), close(c);
    puts("-- version 6");
    s = bound(AF_INET6, &at, &n), c = socket(AF_INET6, SOCK_DGRAM, 0);
    setsockopt(s, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, 4);
    setsockopt(s, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on, 4);
    setsockopt(s, IPPROTO_IPV6, IPV6_RECVTCLASS, &on, 4);
    sendto(c, "x", 1, 0, (void *)&at, n);
    char b[8], control[256];
    struct iovec v = { b, 8 };
    struct msghdr h = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
    number("recvmsg", recvmsg(s, &h, 0));
    for (struct cmsghdr *m = CMSG_FIRSTHDR(&h); m; m = CMSG_NXTHDR(&h, m)) {
        printf("level %d type %d length %zu:", m->cmsg_level, m->cmsg_type, m->cmsg_len);
        for (size_t i = 0; i < m->cmsg_len - CMSG_LEN(0); i++)
            printf(" %02x", CMSG_DATA(m)[i]);
        puts("");
    }
    close(s), close(c);
}

static void errors(void)
{
    puts("-- the queue of errors");
    struct sockaddr_storage at, name;
    socklen_t n;
    int s = bound(AF_INET, &at, &n), c = socket(AF_INET, SOCK_DGRAM, 0), on = 1;
    close(s);
    setsockopt(c, IPPROTO_IP, IP_RECVERR, &on, 4);
    number("sendto", sendto(c, "lost", 4, 0, (void *)&at, n));
    usleep(20000);
    events("events", c);
    char b[64], control[512];
    struct iovec v = { b, 64 };
    struct msghdr h = { .msg_name = &name, .msg_namelen = sizeof name, .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
    number("recvmsg", recvmsg(c, &h, MSG_ERRQUEUE));
    printf("flags %x, name %d, same %d, data %.4s\n", h.msg_flags, h.msg_namelen, !memcmp(&name, &at, 8), b);
    for (struct cmsghdr *m = CMSG_FIRSTHDR(&h); m; m = CMSG_NXTHDR(&h, m)) {
        struct sock_extended_err *e = (void *)CMSG_DATA(m);
        printf("level %d type %d length %zu: errno %d origin %d type %d code %d\n", m->cmsg_level, m->cmsg_type, m->cmsg_len, e->ee_errno,
               e->ee_origin, e->ee_type, e->ee_code);
    }
    number("empty", recvmsg(c, &h, MSG_ERRQUEUE));
    events("events", c);
    close(c);
}

static void several(void)
{
    puts("-- several in one call");
    struct sockaddr_storage at;
    socklen_t n;
    int s = bound(AF_INET, &at, &n), c = socket(AF_INET, SOCK_DGRAM, 0);
    connect(c, (void *)&at, n);
    struct iovec v[4] = { { "a", 1 }, { "bb", 2 }, { "", 0 }, { "dddd", 4 } };
    struct mmsghdr m[6] = { 0 };
    for (int i = 0; i < 4; i++)
        m[i].msg_hdr.msg_iov = v + i, m[i].msg_hdr.msg_iovlen = 1;
    number("sendmmsg", sendmmsg(c, m, 4, 0));
    for (int i = 0; i < 4; i++)
        printf("%u ", m[i].msg_len);
    puts("");
    char b[6][8];
    struct iovec w[6];
    for (int i = 0; i < 6; i++) {
        w[i] = (struct iovec){ b[i], 3 };
        m[i].msg_hdr = (struct msghdr){ .msg_iov = w + i, .msg_iovlen = 1 };
        m[i].msg_len = 99;
    }
    number("recvmmsg", recvmmsg(s, m, 6, MSG_DONTWAIT, 0));
    for (int i = 0; i < 4; i++)
        printf("%u %x, ", m[i].msg_len, m[i].msg_hdr.msg_flags);
    puts("");
    number("none", recvmmsg(s, m, 6, MSG_DONTWAIT, 0));
    send(c, "one", 3, 0);
    number("wait for one", recvmmsg(s, m, 6, MSG_WAITFORONE, 0));
    struct timespec bad = { 0, 2000000000 };
    number("bad time", recvmmsg(s, m, 6, 0, &bad));
    int segment = 3;
    setsockopt(c, IPPROTO_UDP, UDP_SEGMENT, &segment, 4);
    number("cut into segments", send(c, "aaabbbcc", 8, 0));
    for (int i = 0; i < 4; i++)
        number("segment", recv(s, b[0], 8, MSG_DONTWAIT));
    close(s), close(c);
}

static void groups(void)
{
    puts("-- groups");
    struct sockaddr_in at = { AF_INET, 0, { htonl(INADDR_ANY) } }, group = { AF_INET, 0, { inet_addr("239.1.2.3") } };
    socklen_t n = sizeof at;
    int s = socket(AF_INET, SOCK_DGRAM, 0), c = socket(AF_INET, SOCK_DGRAM, 0);
    bind(s, (void *)&at, n), getsockname(s, (void *)&at, &n);
    group.sin_port = at.sin_port;
    struct ip_mreqn r = { group.sin_addr, { htonl(INADDR_LOOPBACK) }, 0 };
    number("join", setsockopt(s, IPPROTO_IP, IP_ADD_MEMBERSHIP, &r, sizeof r));
    number("join again", setsockopt(s, IPPROTO_IP, IP_ADD_MEMBERSHIP, &r, sizeof r));
    r.imr_multiaddr.s_addr = htonl(0x01020304);
    number("join no group", setsockopt(s, IPPROTO_IP, IP_ADD_MEMBERSHIP, &r, sizeof r));
    number("leave", setsockopt(s, IPPROTO_IP, IP_DROP_MEMBERSHIP, &r, sizeof r));
    struct in_addr lo = { htonl(INADDR_LOOPBACK) };
    number("interface", setsockopt(c, IPPROTO_IP, IP_MULTICAST_IF, &lo, sizeof lo));
    number("send", sendto(c, "all", 3, 0, (void *)&group, sizeof group));
    usleep(10000);
    char b[8];
    number("recv", recv(s, b, 8, MSG_DONTWAIT));
    unsigned char off = 0;
    number("no loop", setsockopt(c, IPPROTO_IP, IP_MULTICAST_LOOP, &off, 1));
    close(s), close(c);
}

int main(void)
{
    setvbuf(stdout, 0, _IOLBF, 0);
    plain(AF_INET);
    plain(AF_INET6);
    along();
    errors();
    several();
    groups();
    return 0;
}
