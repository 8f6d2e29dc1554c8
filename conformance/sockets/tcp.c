// TCP over lo: what calls answer and poll tells in each state; half-close, resets, linger, backlog, urgent data, non-blocking connects.
// flags: -pthread
// mask: signal \d+ => signal N
#define _GNU_SOURCE
#include "lib/check.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>

static void result(const char *what, long r) { printf("%s: %s\n", what, r < 0 ? strerrorname_np(errno) : "ok"); }
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
    printf("%s:%s%s%s%s%s%s\n", what, p.revents & POLLIN ? " IN" : "", p.revents & POLLOUT ? " OUT" : "", p.revents & POLLPRI ? " PRI" : "",
           p.revents & POLLRDHUP ? " RDHUP" : "", p.revents & POLLHUP ? " HUP" : "", p.revents & POLLERR ? " ERR" : "");
}

static void pending(const char *what, int fd)
{
    int e = 0;
    socklen_t n = sizeof e;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &n);
    printf("%s: %s\n", what, e ? strerrorname_np(e) : "none");
}

static int state(int fd)
{
    struct tcp_info i;
    socklen_t n = sizeof i;
    return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &i, &n) < 0 ? -1 : i.tcpi_state;
}

static int listener(struct sockaddr_in *at, int backlog)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    *at = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof *at;
    if (bind(fd, (void *)at, n) || listen(fd, backlog) || getsockname(fd, (void *)at, &n))
        exit(99);
    return fd;
}

static int client(const struct sockaddr_in *at)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (void *)at, sizeof *at))
        exit(99);
    return fd;
}

static void settle(int fd, short what)
{
    struct pollfd p = { fd, what, 0 };
    poll(&p, 1, 1000);
}

static void fresh(void)
{
    puts("-- fresh");
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    char c[4];
    struct sockaddr_in a;
    socklen_t n = sizeof a;
    events("events", fd);
    number("state", state(fd));
    result("recv", recv(fd, c, 1, 0));
    result("send", send(fd, c, 1, MSG_NOSIGNAL));
    result("getpeername", getpeername(fd, (void *)&a, &n));
    n = sizeof a;
    result("getsockname", getsockname(fd, (void *)&a, &n));
    printf("name %u %d\n", ntohl(a.sin_addr.s_addr), ntohs(a.sin_port));
    result("shutdown", shutdown(fd, SHUT_RDWR));
    result("accept", accept(fd, 0, 0));
    result("listen", listen(fd, 1));
    events("listening", fd);
    number("state", state(fd));
    result("recv of listener", recv(fd, c, 1, 0));
    result("send of listener", send(fd, c, 1, MSG_NOSIGNAL));
    result("connect of listener", connect(fd, (void *)&(struct sockaddr_in){ AF_INET, htons(1), { htonl(INADDR_LOOPBACK) } }, 16));
    fcntl(fd, F_SETFL, O_NONBLOCK);
    result("accept of nothing", accept(fd, 0, 0));
    result("shutdown of listener", shutdown(fd, SHUT_RD));
    result("accept after it", accept(fd, 0, 0));
    events("after it", fd);
    close(fd);
    result("socket AF 99", socket(99, SOCK_STREAM, 0));
    result("socket type 9", socket(AF_INET, 9, 0));
    result("socket protocol 17", socket(AF_INET, SOCK_STREAM, 17));
    result("socket seqpacket", socket(AF_INET, SOCK_SEQPACKET, 0));
    result("socketpair", socketpair(AF_INET, SOCK_STREAM, 0, (int[2]){ 0 }));
}

static void ending(void)
{
    puts("-- half-close");
    struct sockaddr_in at, name;
    int l = listener(&at, 5), c = client(&at);
    events("listener", l);
    socklen_t n = sizeof name;
    int s = accept(l, (void *)&name, &n);
    struct sockaddr_in own;
    socklen_t m = sizeof own;
    getsockname(c, (void *)&own, &m);
    printf("accept names the client: %d, length %d\n", !memcmp(&own, &name, 8), n);
    char b[64];
    events("client", c);
    number("send", send(c, "hello world", 11, 0));
    number("peek", recv(s, b, 5, MSG_PEEK));
    int waiting;
    ioctl(s, FIONREAD, &waiting);
    printf("waiting %d\n", waiting);
    number("trunc", recv(s, b, 6, MSG_TRUNC));
    number("recv", recv(s, b, 64, 0));
    number("dontwait", recv(s, b, 64, MSG_DONTWAIT));
    number("recv of nothing", recv(s, b, 0, MSG_DONTWAIT));
    result("shutdown WR", shutdown(c, SHUT_WR));
    settle(s, POLLIN);
    events("server", s);
    events("client", c);
    usleep(60000);
    printf("states %d %d\n", state(c), state(s));
    number("recv at the end", recv(s, b, 64, 0));
    number("again", recv(s, b, 64, 0));
    number("send the other way", send(s, "back", 4, 0));
    number("got", recv(c, b, 64, 0));
    result("send after shutdown", send(c, "x", 1, MSG_NOSIGNAL));
    result("shutdown of server", shutdown(s, SHUT_WR));
    settle(c, POLLIN);
    number("client's end", recv(c, b, 64, 0));
    events("client", c);
    printf("states %d %d\n", state(c), state(s));
    result("getpeername", getpeername(s, (void *)&name, &n));
    result("shutdown again", shutdown(s, SHUT_RDWR));
    close(s), close(c);

    puts("-- shutdown of reading");
    c = client(&at), s = accept(l, 0, 0);
    shutdown(c, SHUT_RD);
    events("client", c);
    number("recv", recv(c, b, 64, 0));
    number("send to it", send(s, "data", 4, 0));
    settle(c, POLLIN);
    number("recv all the same", recv(c, b, 64, 0));
    number("then", recv(c, b, 64, 0));
    close(s), close(c);
    close(l);
}

static void resets(void)
{
    struct sockaddr_in at;
    char b[64];
    int l = listener(&at, 5), c, s;
    puts("-- peer closes, then we write");
    c = client(&at), s = accept(l, 0, 0);
    close(s);
    settle(c, POLLIN);
    events("events", c);
    number("write 1", send(c, "x", 1, MSG_NOSIGNAL));
    usleep(20000);
    events("events", c);
    number("write 2", send(c, "x", 1, MSG_NOSIGNAL));
    pending("error", c);
    number("recv", recv(c, b, 1, 0));
    close(c);
    puts("-- peer closes with data unread");
    c = client(&at), s = accept(l, 0, 0);
    send(c, "unread", 6, 0);
    settle(s, POLLIN);
    send(s, "left", 4, 0);
    settle(c, POLLIN);
    close(s);
    usleep(20000);
    events("events", c);
    number("recv", recv(c, b, 64, 0));
    number("recv", recv(c, b, 64, 0));
    number("send", send(c, "x", 1, MSG_NOSIGNAL));
    number("recv", recv(c, b, 64, 0));
    printf("state %d\n", state(c));
    close(c);
    puts("-- linger 0");
    c = client(&at), s = accept(l, 0, 0);
    struct linger li = { 1, 0 };
    setsockopt(s, SOL_SOCKET, SO_LINGER, &li, sizeof li);
    close(s);
    usleep(20000);
    events("events", c);
    pending("error", c);
    pending("error again", c);
    number("recv", recv(c, b, 1, 0));
    number("send", send(c, b, 1, MSG_NOSIGNAL));
    close(c);
    puts("-- listener closes with a connection waiting");
    c = client(&at);
    close(l);
    usleep(20000);
    number("recv", recv(c, b, 1, 0));
    close(c);
    puts("-- SIGPIPE");
    l = listener(&at, 5);
    c = client(&at), s = accept(l, 0, 0);
    if (fork() == 0) {
        shutdown(c, SHUT_WR);
        send(c, "x", 1, 0);
        _exit(0);
    }
    int st;
    wait(&st);
    printf("signal %d\n", WTERMSIG(st));
    close(s), close(c), close(l);
}

static void connecting(void)
{
    puts("-- connecting");
    struct sockaddr_in at, none;
    int l = listener(&none, 1);
    close(l);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    result("refused", connect(fd, (void *)&none, sizeof none));
    pending("error", fd);
    result("again", connect(fd, (void *)&none, sizeof none));
    close(fd);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    result("non-blocking", connect(fd, (void *)&none, sizeof none));
    settle(fd, POLLOUT);
    events("events", fd);
    pending("error", fd);
    result("then", connect(fd, (void *)&none, sizeof none));
    result("and", connect(fd, (void *)&none, sizeof none));
    settle(fd, POLLOUT);
    result("told by connect", connect(fd, (void *)&none, sizeof none));
    close(fd);
    l = listener(&at, 5);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    result("to a listener", connect(fd, (void *)&at, sizeof at));
    settle(fd, POLLOUT);
    events("events", fd);
    pending("error", fd);
    result("second", connect(fd, (void *)&at, sizeof at));
    result("third", connect(fd, (void *)&at, sizeof at));
    struct sockaddr un = { .sa_family = AF_UNSPEC };
    result("dissolved", connect(fd, &un, sizeof un));
    events("events", fd);
    result("short name", connect(fd, (void *)&at, 8));
    at.sin_family = AF_INET6;
    result("other family", connect(fd, (void *)&at, sizeof at));
    at.sin_family = AF_INET;
    result("once more", connect(fd, (void *)&at, sizeof at));
    settle(fd, POLLOUT);
    result("done", connect(fd, (void *)&at, sizeof at));
    close(fd);
    close(l);
    l = listener(&at, 0);
    int first = client(&at);
    int more[3];
    for (int i = 0; i < 3; i++) {
        more[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        connect(more[i], (void *)&at, sizeof at);
    }
    usleep(20000);
    events("last behind a full backlog", more[2]);
    printf("state %d\n", state(more[2]));
    result("connect", connect(more[2], (void *)&at, sizeof at));
    number("accepted", accept(l, 0, 0) >= 0);
    close(first);
    for (int i = 0; i < 3; i++)
        close(more[i]);
    close(l);
}

static void urgent(void)
{
    puts("-- urgent data");
    struct sockaddr_in at;
    char b[64] = { 0 };
    int l = listener(&at, 5), c = client(&at), s = accept(l, 0, 0), mark;
    result("none", recv(s, b, 1, MSG_OOB));
    send(c, "abc", 3, 0);
    number("send", send(c, "U", 1, MSG_OOB));
    send(c, "def", 3, 0);
    settle(s, POLLPRI);
    events("events", s);
    ioctl(s, SIOCATMARK, &mark);
    printf("at mark %d\n", mark);
    number("recv", recv(s, b, 64, 0));
    printf("%.3s\n", b);
    ioctl(s, SIOCATMARK, &mark);
    printf("at mark %d\n", mark);
    number("urgent", recv(s, b, 64, MSG_OOB));
    printf("%.1s\n", b);
    result("urgent again", recv(s, b, 64, MSG_OOB));
    number("rest", recv(s, b, 64, 0));
    printf("%.3s\n", b);
    int on = 1;
    setsockopt(s, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on);
    send(c, "xyZ", 3, MSG_OOB);
    settle(s, POLLIN);
    usleep(10000);
    number("inline", recv(s, b, 64, 0));
    result("urgent inline", recv(s, b, 64, MSG_OOB));
    number("then", recv(s, b, 64, 0));
    printf("%.1s\n", b);
    close(s), close(c), close(l);
}

static void option(int fd, const char *what, int level, int name, int set)
{
    int v = set, r = setsockopt(fd, level, name, &v, sizeof v);
    printf("%s set %d: %s", what, set, r < 0 ? strerrorname_np(errno) : "ok");
    socklen_t n = sizeof v;
    v = -77;
    r = getsockopt(fd, level, name, &v, &n);
    if (r < 0)
        printf(", get %s\n", strerrorname_np(errno));
    else
        printf(", get %d length %d\n", v, n);
}
#define OPTION(fd, level, name, value) option(fd, #name, level, name, value)

static void options(void)
{
    puts("-- options");
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    OPTION(fd, SOL_SOCKET, SO_REUSEADDR, 5);
    OPTION(fd, SOL_SOCKET, SO_REUSEPORT, 1);
    OPTION(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    OPTION(fd, SOL_SOCKET, SO_BROADCAST, 1);
    OPTION(fd, SOL_SOCKET, SO_OOBINLINE, 1);
    OPTION(fd, SOL_SOCKET, SO_SNDBUF, 10000);
    OPTION(fd, SOL_SOCKET, SO_RCVBUF, 10000);
    OPTION(fd, SOL_SOCKET, SO_SNDBUF, 1);
    OPTION(fd, SOL_SOCKET, SO_RCVBUF, 1);
    OPTION(fd, SOL_SOCKET, SO_RCVLOWAT, 7);
    OPTION(fd, SOL_SOCKET, SO_SNDLOWAT, 7);
    OPTION(fd, SOL_SOCKET, SO_PRIORITY, 3);
    OPTION(fd, SOL_SOCKET, SO_TYPE, 3);
    OPTION(fd, SOL_SOCKET, SO_PROTOCOL, 3);
    OPTION(fd, SOL_SOCKET, SO_DOMAIN, 3);
    OPTION(fd, SOL_SOCKET, SO_ACCEPTCONN, 3);
    OPTION(fd, SOL_SOCKET, SO_TIMESTAMP, 1);
    OPTION(fd, SOL_SOCKET, 9999, 1);
    OPTION(fd, IPPROTO_TCP, TCP_NODELAY, 3);
    OPTION(fd, IPPROTO_TCP, TCP_CORK, 1);
    OPTION(fd, IPPROTO_TCP, TCP_MAXSEG, 1000);
    OPTION(fd, IPPROTO_TCP, TCP_MAXSEG, 5);
    OPTION(fd, IPPROTO_TCP, TCP_KEEPIDLE, 100);
    OPTION(fd, IPPROTO_TCP, TCP_KEEPIDLE, 0);
    OPTION(fd, IPPROTO_TCP, TCP_KEEPINTVL, 40000);
    OPTION(fd, IPPROTO_TCP, TCP_KEEPCNT, 5);
    OPTION(fd, IPPROTO_TCP, TCP_SYNCNT, 200);
    OPTION(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 5000);
    OPTION(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, -1);
    OPTION(fd, IPPROTO_TCP, TCP_QUICKACK, 1);
    OPTION(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, 1000);
    OPTION(fd, IPPROTO_TCP, 9999, 1);
    OPTION(fd, IPPROTO_IP, IP_TOS, 16);
    OPTION(fd, IPPROTO_IP, IP_TTL, 33);
    OPTION(fd, IPPROTO_IP, IP_TTL, 300);
    OPTION(fd, IPPROTO_IP, IP_TTL, -1);
    OPTION(fd, IPPROTO_IP, IP_MTU_DISCOVER, 2);
    OPTION(fd, IPPROTO_IP, IP_MTU_DISCOVER, 99);
    OPTION(fd, IPPROTO_IP, IP_RECVTTL, 1);
    OPTION(fd, IPPROTO_IP, IP_FREEBIND, 1);
    OPTION(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    OPTION(fd, IPPROTO_IP, 9999, 1);
    OPTION(fd, IPPROTO_IPV6, 26, 1);
    OPTION(fd, IPPROTO_UDP, 1, 1);
    char small = 7;
    result("a byte for a number", setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &small, 1));
    result("a byte for IP", setsockopt(fd, IPPROTO_IP, IP_TTL, &small, 1));
    OPTION(fd, IPPROTO_IP, IP_TTL, 7);
    char name[16] = { 0 };
    socklen_t n = sizeof name;
    result("no congestion control", setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "nosuch", 6));
    result("reno", setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4));
    result("get it", getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &n));
    printf("%s %d\n", name, n);
    struct timeval tv = { 0, 30000 };
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
    struct sockaddr_in at;
    int l = listener(&at, 1);
    connect(fd, (void *)&at, sizeof at);
    char c;
    result("recv in time", recv(fd, &c, 1, 0));
    result("read in time", read(fd, &c, 1));
    result("v6 any family", connect(fd, (void *)&at, sizeof at));
    int six = socket(AF_INET6, SOCK_STREAM, 0);
    OPTION(six, IPPROTO_IPV6, 26, 1);
    OPTION(six, IPPROTO_IPV6, 16, 5);
    OPTION(six, IPPROTO_IPV6, 16, -1);
    OPTION(six, IPPROTO_IPV6, 67, 8);
    OPTION(six, IPPROTO_IPV6, 49, 1);
    OPTION(six, IPPROTO_IP, IP_TTL, 9);
    close(six), close(fd), close(l);
}

static void *reader(void *arg)
{
    int fd = (int)(long)arg;
    static char b[100000];
    unsigned long sum = 0, count = 0;
    long n;
    while ((n = read(fd, b, sizeof b)) > 0)
        for (long i = 0; i < n; i++, count++)
            sum = sum * 31 + (unsigned char)b[i];
    printf("read %lu bytes, sum %lu\n", count, sum);
    return 0;
}

static void bulk(void)
{
    puts("-- much data, written in pieces of all sizes");
    struct sockaddr_in at;
    int l = listener(&at, 1), c = client(&at), s = accept(l, 0, 0);
    pthread_t t;
    pthread_create(&t, 0, reader, (void *)(long)s);
    static unsigned char b[70000];
    for (unsigned i = 0; i < sizeof b; i++)
        b[i] = i * 7 + i / 251;
    for (unsigned i = 1; i < 400; i++) {
        unsigned n = i * 173;
        struct iovec v[2] = { { b, n / 3 }, { b + n / 3, n - n / 3 } };
        if (writev(c, v, 2) != n)
            puts("short");
    }
    close(c);
    pthread_join(t, 0);
    close(s), close(l);
}

static void edges(void)
{
    puts("-- edges of epoll");
    struct sockaddr_in at;
    int l = listener(&at, 1), c = client(&at), s = accept(l, 0, 0), e = epoll_create1(0);
    struct epoll_event ev = { EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, { .u32 = 1 } };
    epoll_ctl(e, EPOLL_CTL_ADD, s, &ev);
    char b[64];
    for (int i = 0; i < 5; i++) {
        if (i == 1 || i == 2)
            send(c, "x", 1, 0);
        if (i == 3)
            shutdown(c, SHUT_WR);
        int n = epoll_wait(e, &ev, 1, i == 0 || i == 4 ? 0 : 1000);
        printf("%d: %d events %x\n", i, n, n > 0 ? ev.events : 0);
    }
    number("recv", recv(s, b, 64, 0));
    close(e), close(c), close(s), close(l);
}

// The end of a connection that was accepted is a socket like any other again, with no port of its own.
static void used_again(void)
{
    struct sockaddr_in at, own;
    struct sockaddr none = { .sa_family = AF_UNSPEC };
    socklen_t n = sizeof own;
    int l = listener(&at, 4), client = socket(AF_INET, SOCK_STREAM, 0);
    result("connected", connect(client, (void *)&at, sizeof at));
    int end = accept(l, 0, 0);
    result("dissolved", connect(end, &none, sizeof none));
    getsockname(end, (void *)&own, &n);
    printf("own: %s\n", inet_ntoa(own.sin_addr));
    own = (struct sockaddr_in){ .sin_family = AF_INET };
    result("bound", bind(end, (void *)&own, sizeof own));
    result("listens", listen(end, 1));
    getsockname(end, (void *)&own, &n);
    printf("own: %s %d\n", inet_ntoa(own.sin_addr), own.sin_port != 0 && own.sin_port != at.sin_port);
    int other = socket(AF_INET, SOCK_STREAM, 0);
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    result("connected to it", connect(other, (void *)&own, sizeof own));
    close(other);
    close(end);
    close(client);
    close(l);
}

int main(void)
{
    setvbuf(stdout, 0, _IOLBF, 0);
    fresh();
    ending();
    resets();
    connecting();
    urgent();
    options();
    bulk();
    edges();
    used_again();
    return 0;
}
