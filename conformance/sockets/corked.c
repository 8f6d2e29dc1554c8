// flags: -pthread
// Data that is held back until more comes, low water marks, filters of datagrams, errors that are told with what came along, names of no
// family, sockets of version 6 that become ones of version 4.
#define _GNU_SOURCE
#include "lib/check.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char got[70000];

static void result(const char *what, long r)
{
    printf("%s: %ld %s\n", what, r, r < 0 ? strerrorname_np(errno) : "");
}

static long now(int fd)
{
    return recv(fd, got, sizeof got, MSG_DONTWAIT);
}

static void pair_of_tcp(int ends[2])
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    REQUIRE(bind(listener, (void *)&at, sizeof at) == 0 && listen(listener, 1) == 0 && getsockname(listener, (void *)&at, &size) == 0);
    ends[0] = socket(AF_INET, SOCK_STREAM, 0);
    REQUIRE(connect(ends[0], (void *)&at, sizeof at) == 0 && (ends[1] = accept(listener, 0, 0)) >= 0);
    close(listener);
}

static void streams(void)
{
    int ends[2], on = 1, off = 0;
    pair_of_tcp(ends);
    result("more", send(ends[0], "hello, ", 7, MSG_MORE));
    result("held", now(ends[1]));
    result("last", send(ends[0], "world", 5, 0));
    result("shown", now(ends[1]));
    REQUIRE(setsockopt(ends[0], IPPROTO_TCP, TCP_CORK, &on, sizeof on) == 0);
    result("corked", send(ends[0], "hello, ", 7, 0));
    result("held", now(ends[1]));
    REQUIRE(setsockopt(ends[0], IPPROTO_TCP, TCP_CORK, &off, sizeof off) == 0);
    result("shown", now(ends[1]));
    // What is held back goes after a while.
    result("more", send(ends[0], "late", 4, MSG_MORE));
    struct pollfd p = {ends[1], POLLIN, 0};
    result("comes", poll(&p, 1, 3000));
    result("shown", now(ends[1]));
    result("more", send(ends[0], "end", 3, MSG_MORE));
    shutdown(ends[0], SHUT_WR);
    result("shown", now(ends[1]));
    result("end", now(ends[1]));
    close(ends[0]), close(ends[1]);
}

static void *late(void *fd)
{
    usleep(100000);
    send(*(int *)fd, "hello, world", 12, 0);
    return 0;
}

static void marks(void)
{
    int ends[2], mark = 10;
    pthread_t other;
    pair_of_tcp(ends);
    REQUIRE(setsockopt(ends[1], SOL_SOCKET, SO_RCVLOWAT, &mark, sizeof mark) == 0);
    REQUIRE(send(ends[0], "hello", 5, 0) == 5);
    struct pollfd p = {ends[1], POLLIN, 0};
    result("below the mark", poll(&p, 1, 0));
    result("who does not wait", recv(ends[1], got, 2, MSG_DONTWAIT));
    REQUIRE(send(ends[0], "HE", 2, 0) == 2 && pthread_create(&other, 0, late, ends) == 0);
    result("who waits", recv(ends[1], got, sizeof got, 0));
    pthread_join(other, 0);
    close(ends[0]), close(ends[1]);
}

static void datagrams(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int a = socket(AF_INET, SOCK_DGRAM, 0), b = socket(AF_INET, SOCK_DGRAM, 0), on = 1, off = 0;
    REQUIRE(bind(b, (void *)&at, sizeof at) == 0 && getsockname(b, (void *)&at, &size) == 0);
    result("more", sendto(a, "hello, ", 7, MSG_MORE, (void *)&at, sizeof at));
    result("held", now(b));
    result("last", send(a, "world", 5, 0));
    result("one", now(b));
    REQUIRE(connect(a, (void *)&at, sizeof at) == 0 && setsockopt(a, IPPROTO_UDP, UDP_CORK, &on, sizeof on) == 0);
    result("corked", send(a, "hello, ", 7, 0));
    result("corked", send(a, "world!", 6, 0));
    result("held", now(b));
    REQUIRE(setsockopt(a, IPPROTO_UDP, UDP_CORK, &off, sizeof off) == 0);
    result("one", now(b));

    // Those whose first byte of data is an 'x', of which 4 bytes are kept.
    struct sock_filter code[] = {BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 8), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 'x', 0, 1), BPF_STMT(BPF_RET | BPF_K, 12), BPF_STMT(BPF_RET | BPF_K, 0)};
    struct sock_fprog filter = {4, code}, back = {0, 0};
    result("filter", setsockopt(b, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter));
    size = 0;
    result("its length", getsockopt(b, SOL_SOCKET, SO_GET_FILTER, &back, &size));
    printf("%u\n", size);
    result("no", send(a, "abcdefgh", 8, 0));
    result("yes", send(a, "xyzabcdefgh", 11, 0));
    result("cut", now(b));
    code[3].code = BPF_JMP | BPF_JA;
    result("no filter", setsockopt(b, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter));
    REQUIRE(setsockopt(b, SOL_SOCKET, SO_LOCK_FILTER, &on, sizeof on) == 0);
    result("locked", setsockopt(b, SOL_SOCKET, SO_DETACH_FILTER, &on, sizeof on));
    close(a), close(b);

    int ends[2];
    code[0].k = 0, code[2].k = 3, code[3] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0);
    REQUIRE(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0);
    result("filter", setsockopt(ends[1], SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter));
    result("no", send(ends[0], "abcdefgh", 8, 0));
    result("yes", send(ends[0], "xyzabc", 6, 0));
    result("cut", now(ends[1]));
    result("nothing", now(ends[1]));
    close(ends[0]), close(ends[1]);
}

static void errors(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_DGRAM, 0), on = 1;
    REQUIRE(setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof on) == 0 && setsockopt(fd, IPPROTO_IP, IP_RECVTTL, &on, sizeof on) == 0);
    REQUIRE(setsockopt(fd, IPPROTO_IP, IP_RECVTOS, &on, sizeof on) == 0);
    result("sent", sendto(fd, "nobody", 6, 0, (void *)&at, sizeof at));
    char control[512];
    struct sockaddr_in from;
    struct iovec part = {got, sizeof got};
    struct msghdr message = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    result("told", recvmsg(fd, &message, MSG_ERRQUEUE));
    printf("port %d flags %#x\n", ntohs(from.sin_port), message.msg_flags);
    for (struct cmsghdr *head = CMSG_FIRSTHDR(&message); head; head = CMSG_NXTHDR(&message, head)) {
        struct sock_extended_err *e = (void *)CMSG_DATA(head);
        if (head->cmsg_type == IP_RECVERR)
            printf(" error %u origin %d type %d code %d from %s\n", e->ee_errno, e->ee_origin, e->ee_type, e->ee_code, inet_ntoa(((struct sockaddr_in *)SO_EE_OFFENDER(e))->sin_addr));
        else
            printf(" type %d length %zu: %d\n", head->cmsg_type, (size_t)head->cmsg_len, *CMSG_DATA(head));
    }
    close(fd);
}

static void versions(void)
{
    struct sockaddr_in at = {.sin_family = AF_UNSPEC};
    struct sockaddr_in6 to = {.sin6_family = AF_INET6};
    socklen_t size = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET6, SOCK_STREAM, 0), version = AF_INET;
    result("bind to nothing in particular", bind(listener, (void *)&at, sizeof at));
    REQUIRE(listen(listener, 1) == 0 && getsockname(listener, (void *)&at, &size) == 0);
    result("not connected", setsockopt(client, IPPROTO_IPV6, IPV6_ADDRFORM, &version, sizeof version));
    inet_pton(AF_INET6, "::ffff:127.0.0.1", &to.sin6_addr);
    to.sin6_port = at.sin_port;
    REQUIRE(connect(client, (void *)&to, sizeof to) == 0);
    result("IPV6_ADDRFORM", setsockopt(client, IPPROTO_IPV6, IPV6_ADDRFORM, &version, sizeof version));
    struct sockaddr_storage name;
    size = sizeof name;
    REQUIRE(getpeername(client, (void *)&name, &size) == 0);
    printf("family %d, %u\n", name.ss_family, size);
    int pair[2];
    result("pair", socketpair(AF_INET, SOCK_DGRAM, IPPROTO_TCP, pair));
    result("pair", socketpair(AF_INET, SOCK_STREAM, 0, pair));
    close(listener), close(client);
}

int main(void)
{
    streams();
    marks();
    datagrams();
    errors();
    versions();
    return 0;
}
