// Who may have a port: addresses, wildcards, both versions, SO_REUSEADDR, SO_REUSEPORT, listeners, connections that linger.
#define _GNU_SOURCE
#include "lib/check.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

enum { REUSE = 1, PORT = 2, ONLY = 4, LISTEN = 8 };

static int make(int family, int type, const char *address, int port, int how, int *error)
{
    int fd = socket(family, type, 0), on = 1;
    if (how & REUSE)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, 4);
    if (how & PORT)
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, 4);
    if (how & ONLY)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, 4);
    struct sockaddr_in6 six = { AF_INET6, htons(port) };
    struct sockaddr_in four = { AF_INET, htons(port) };
    int r;
    if (family == AF_INET6) {
        inet_pton(AF_INET6, address, &six.sin6_addr);
        r = bind(fd, (void *)&six, sizeof six);
    } else {
        four.sin_addr.s_addr = inet_addr(address);
        r = bind(fd, (void *)&four, sizeof four);
    }
    if (r == 0 && (how & LISTEN))
        r = listen(fd, 1);
    *error = r < 0 ? errno : 0;
    return fd;
}

static int port_of(int fd)
{
    struct sockaddr_in6 a;
    socklen_t n = sizeof a;
    getsockname(fd, (void *)&a, &n);
    return ntohs(a.sin6_port);
}

static void both(int type, int f1, const char *a1, int h1, int f2, const char *a2, int h2)
{
    int e1, e2, first = make(f1, type, a1, 0, h1, &e1), second = make(f2, type, a2, port_of(first), h2, &e2);
    printf("%s %s/%d then %s/%d: %s %s\n", type == SOCK_STREAM ? "tcp" : "udp", a1, h1, a2, h2, e1 ? strerrorname_np(e1) : "ok", e2 ? strerrorname_np(e2) : "ok");
    close(first), close(second);
}

static void lingering(int how_first, int how_second)
{
    int e, l = make(AF_INET, SOCK_STREAM, "127.0.0.1", 0, how_first | LISTEN, &e), c = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at;
    socklen_t n = sizeof at;
    getsockname(l, (void *)&at, &n);
    connect(c, (void *)&at, n);
    int s = accept(l, 0, 0);
    close(l);
    int again = make(AF_INET, SOCK_STREAM, "127.0.0.1", ntohs(at.sin_port), how_second, &e);
    printf("%d/%d with a connection left: %s\n", how_first, how_second, e ? strerrorname_np(e) : "ok");
    close(again);
    close(s);
    close(c);
    usleep(10000);
    again = make(AF_INET, SOCK_STREAM, "127.0.0.1", ntohs(at.sin_port), how_second, &e);
    printf("%d/%d after its end: %s\n", how_first, how_second, e ? strerrorname_np(e) : "ok");
    close(again);
}

int main(void)
{
    for (int type = SOCK_STREAM; type <= SOCK_DGRAM; type++) {
        int l = type == SOCK_STREAM ? LISTEN : 0;
        for (int h = 0; h < 4; h++) {
            both(type, AF_INET, "127.0.0.1", h, AF_INET, "127.0.0.1", h);
            both(type, AF_INET, "127.0.0.1", h | l, AF_INET, "127.0.0.1", h | l);
            both(type, AF_INET, "127.0.0.1", h | l, AF_INET, "127.0.0.2", h);
            both(type, AF_INET, "0.0.0.0", h | l, AF_INET, "127.0.0.1", h | l);
            both(type, AF_INET, "0.0.0.0", h, AF_INET, "127.0.0.1", h);
            both(type, AF_INET6, "::", h | l, AF_INET, "0.0.0.0", h | l);
            both(type, AF_INET6, "::", h | ONLY | l, AF_INET, "0.0.0.0", h | l);
            both(type, AF_INET6, "::1", h | l, AF_INET, "0.0.0.0", h | l);
            both(type, AF_INET, "127.0.0.1", h | l, AF_INET6, "::", h | l);
            both(type, AF_INET6, "::ffff:127.0.0.1", h | l, AF_INET, "127.0.0.1", h | l);
        }
        both(type, AF_INET, "127.0.0.1", REUSE, AF_INET, "127.0.0.1", 0);
        both(type, AF_INET, "127.0.0.1", 0, AF_INET, "127.0.0.1", PORT);
    }
    for (int i = 0; i < 4; i++)
        lingering(i & 1, i >> 1);
    int e;
    close(make(AF_INET, SOCK_STREAM, "1.2.3.4", 0, 0, &e));
    printf("not ours: %s\n", strerrorname_np(e));
    close(make(AF_INET6, SOCK_STREAM, "::ffff:127.0.0.1", 0, ONLY, &e));
    printf("mapped, only version 6: %s\n", strerrorname_np(e));
    close(make(AF_INET6, SOCK_STREAM, "2001:db8::1", 0, 0, &e));
    printf("not ours: %s\n", strerrorname_np(e));
    int fd = make(AF_INET, SOCK_STREAM, "127.0.0.1", 0, 0, &e);
    struct sockaddr_in at = { AF_INET };
    SHOW(bind(fd, (void *)&at, sizeof at));
    SHOW(bind(fd, (void *)&at, 4));
    // A socket of both versions hears version 4.
    int six = make(AF_INET6, SOCK_STREAM, "::", 0, LISTEN, &e), four = socket(AF_INET, SOCK_STREAM, 0);
    at.sin_port = htons(port_of(six));
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    SHOW(connect(four, (void *)&at, sizeof at));
    struct sockaddr_in6 who;
    socklen_t n = sizeof who;
    int s = accept(six, (void *)&who, &n);
    char text[64];
    printf("%s length %d\n", inet_ntop(AF_INET6, &who.sin6_addr, text, sizeof text), n);
    n = sizeof who;
    getsockname(s, (void *)&who, &n);
    printf("%s\n", inet_ntop(AF_INET6, &who.sin6_addr, text, sizeof text));
    // To the wildcard is to oneself.
    at.sin_addr.s_addr = 0;
    int any = socket(AF_INET, SOCK_STREAM, 0);
    SHOW(connect(any, (void *)&at, sizeof at));
    n = sizeof at;
    getpeername(any, (void *)&at, &n);
    printf("%s\n", inet_ntop(AF_INET, &at.sin_addr, text, sizeof text));
    return 0;
}
