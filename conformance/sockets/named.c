// Local sockets with names: paths, abstract ones and given ones; listening, connecting, credentials, readiness; datagrams to a name.
#define _GNU_SOURCE
#include "lib/check.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

static void result(const char *what, long r) { printf("%s: %s\n", what, r < 0 ? strerrorname_np(errno) : "ok"); }

static socklen_t name_of(struct sockaddr_un *a, const char *path)
{
    memset(a, 0, sizeof *a);
    a->sun_family = AF_UNIX;
    size_t n = strlen(path);
    memcpy(a->sun_path, path, n);
    if (path[0] == '@') {
        a->sun_path[0] = 0;
        return offsetof(struct sockaddr_un, sun_path) + n;
    }
    return offsetof(struct sockaddr_un, sun_path) + n + 1;
}

static int bind_to(int fd, const char *path)
{
    struct sockaddr_un a;
    socklen_t n = name_of(&a, path);
    return bind(fd, (void *)&a, n);
}

static int connect_to(int fd, const char *path)
{
    struct sockaddr_un a;
    socklen_t n = name_of(&a, path);
    return connect(fd, (void *)&a, n);
}

static void show_name(const char *what, int r, struct sockaddr_un *a, socklen_t n)
{
    printf("%s: %s", what, r < 0 ? strerrorname_np(errno) : "");
    if (r >= 0) {
        printf("length %d ", n);
        for (size_t i = 0; i + offsetof(struct sockaddr_un, sun_path) < n; i++)
            putchar(a->sun_path[i] ? a->sun_path[i] : '@');
    }
    putchar('\n');
}

static void names(const char *what, int fd)
{
    struct sockaddr_un a;
    socklen_t n = sizeof a;
    char text[100];
    snprintf(text, sizeof text, "%s, own", what);
    int r = getsockname(fd, (void *)&a, &n);
    show_name(text, r, &a, n);
    snprintf(text, sizeof text, "%s, other", what);
    n = sizeof a;
    r = getpeername(fd, (void *)&a, &n);
    show_name(text, r, &a, n);
}

static void ready(const char *what, int fd)
{
    struct pollfd p = {fd, POLLIN | POLLOUT | POLLRDHUP, 0};
    poll(&p, 1, 0);
    printf("%s: %#x\n", what, p.revents);
}

static int option(int fd, int name)
{
    int value = -1;
    socklen_t n = sizeof value;
    getsockopt(fd, SOL_SOCKET, name, &value, &n);
    return value;
}

static void peer(const char *what, int fd)
{
    struct ucred c = {-2, 7, 7};
    socklen_t n = sizeof c;
    int r = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c, &n);
    printf("%s: %d, mine %d, none %d, uid %d gid %d\n", what, r, c.pid == getpid(), c.pid == 0, (int)c.uid, (int)c.gid);
}

static void connections(int type, const char *path)
{
    printf("== type %d at %s\n", type, path);
    char buffer[100];
    int server = socket(AF_UNIX, type, 0), client = socket(AF_UNIX, type, 0);
    names("new", server);
    ready("new", server);
    peer("new", server);
    result("send", send(client, "x", 1, MSG_NOSIGNAL));
    result("recv", recv(client, buffer, 1, MSG_DONTWAIT));
    result("listen without a name", listen(server, 5));
    result("connect to nothing", connect_to(client, path));
    result("bind", bind_to(server, path));
    result("bind again", bind_to(server, "/tmp/zonix-named-other"));
    int second = socket(AF_UNIX, type, 0);
    result("name in use", bind_to(second, path));
    result("not listening", connect_to(client, path));
    result("accept", accept(server, NULL, NULL));
    result("listen", listen(server, 1));
    printf("accepts %d %d\n", option(server, SO_ACCEPTCONN), option(client, SO_ACCEPTCONN));
    ready("listening", server);
    fcntl(server, F_SETFL, O_NONBLOCK);
    result("accept nothing", accept(server, NULL, NULL));
    result("connect", connect_to(client, path));
    result("connect again", connect_to(client, path));
    names("client", client);
    peer("client", client);
    ready("connected", client);
    ready("waiting", server);
    result("sent before accept", send(client, "early", 5, 0));
    struct sockaddr_un a;
    socklen_t n = sizeof a;
    int end = accept4(server, (void *)&a, &n, SOCK_CLOEXEC | SOCK_NONBLOCK);
    show_name("accepted", end, &a, n);
    printf("flags %x %x\n", fcntl(end, F_GETFD), fcntl(end, F_GETFL) & O_NONBLOCK);
    names("end", end);
    peer("end", end);
    ssize_t got = recv(end, buffer, sizeof buffer, 0);
    printf("got %zd %.*s\n", got, (int)got, buffer);
    result("answer", write(end, "hello", 5));
    n = sizeof a;
    got = recvfrom(client, buffer, sizeof buffer, 0, (void *)&a, &n);
    printf("got %zd %.*s from length %d\n", got, (int)got, buffer, n);
    result("listen on a connection", listen(client, 1));
    result("sendto", sendto(client, "x", 1, 0, (void *)&a, sizeof a));
    recv(end, buffer, sizeof buffer, 0);

    int more[6], made = 0;
    for (int k = 0; k < 6; k++) {
        more[k] = socket(AF_UNIX, type | SOCK_NONBLOCK, 0);
        int r = connect_to(more[k], path);
        made += r == 0;
        if (r < 0) { result("too many", r); break; }
    }
    printf("waiting %d\n", made);
    close(server);
    ready("listener closed", more[0]);
    got = read(more[0], buffer, 1);
    result("read", got);
    result("write", send(more[0], "x", 1, MSG_NOSIGNAL));
    result("connect to a closed one", connect_to(second, path));
    shutdown(end, SHUT_WR);
    ready("other shut", client);
    printf("read %zd\n", read(client, buffer, 1));
    close(end);
    ready("other closed", client);
    result("write", send(client, "x", 1, MSG_NOSIGNAL));
    struct stat s;
    if (path[0] == '/') {
        result("stat", stat(path, &s));
        printf("mode %o\n", s.st_mode);
        result("open", open(path, O_RDWR));
        result("unlink", unlink(path));
        result("gone", connect_to(second, path));
    }
    close(client), close(second);
}

static void datagrams(void)
{
    printf("== datagrams\n");
    char buffer[100];
    struct sockaddr_un a;
    socklen_t n;
    int one = socket(AF_UNIX, SOCK_DGRAM, 0), two = socket(AF_UNIX, SOCK_DGRAM, 0), three = socket(AF_UNIX, SOCK_DGRAM, 0);
    result("bind", bind_to(one, "/tmp/zonix-named-1"));
    result("bind", bind_to(two, "@zonix-named-2"));
    n = name_of(&a, "/tmp/zonix-named-1");
    result("sendto", sendto(two, "from two", 8, 0, (void *)&a, n));
    result("sendto", sendto(three, "from three", 10, 0, (void *)&a, n));
    for (int k = 0; k < 2; k++) {
        n = sizeof a;
        ssize_t got = recvfrom(one, buffer, sizeof buffer, 0, (void *)&a, &n);
        printf("%.*s ", (int)got, buffer);
        show_name("from", 0, &a, n);
    }
    n = name_of(&a, "@zonix-named-2");
    result("reply", sendto(one, "reply", 5, 0, (void *)&a, n));
    struct iovec v = {buffer, sizeof buffer};
    struct msghdr m = {.msg_name = &a, .msg_namelen = sizeof a, .msg_iov = &v, .msg_iovlen = 1};
    ssize_t got = recvmsg(two, &m, 0);
    printf("%.*s ", (int)got, buffer);
    show_name("from", 0, &a, m.msg_namelen);
    result("send to nobody", send(three, "x", 1, 0));
    result("connect", connect_to(three, "@zonix-named-2"));
    names("connected", three);
    result("send", send(three, "x", 1, 0));
    result("listen", listen(one, 1));
    result("accept", accept(one, NULL, NULL));
    result("connect to another kind", connect_to(socket(AF_UNIX, SOCK_STREAM, 0), "/tmp/zonix-named-1"));
    struct sockaddr none = {AF_UNSPEC};
    result("disconnect", connect(three, &none, sizeof none));
    names("disconnected", three);
    connect_to(three, "@zonix-named-2");
    close(two);
    result("send to a closed one", send(three, "x", 1, 0));
    unlink("/tmp/zonix-named-1");
    close(one), close(three);
}

static void odd(void)
{
    printf("== odd\n");
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un a = {AF_UNIX};
    result("autobind", bind(fd, (void *)&a, sizeof(sa_family_t)));
    socklen_t n = sizeof a;
    int r = getsockname(fd, (void *)&a, &n);
    printf("%d length %d\n", r, n);
    a.sun_family = AF_INET;
    result("other family", bind(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&a, sizeof a));
    a.sun_family = AF_UNIX;
    result("short", bind(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&a, 1));
    result("long", bind(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&a, 200));
    result("no directory", bind_to(socket(AF_UNIX, SOCK_STREAM, 0), "/tmp/zonix-none/x"));
    result("not a socket", connect_to(socket(AF_UNIX, SOCK_STREAM, 0), "/etc/passwd"));
    result("bad pointer", bind(socket(AF_UNIX, SOCK_STREAM, 0), (void *)8, 20));
    result("family", socket(AF_UNIX, 99, 0));
    result("protocol", socket(AF_UNIX, SOCK_STREAM, 5));
    result("bind a file", bind_to(0, "/tmp/zonix-none"));
}

static void waiting(void)
{
    printf("== waiting\n");
    int server = socket(AF_UNIX, SOCK_STREAM, 0);
    bind_to(server, "@zonix-named-wait");
    listen(server, 0);
    for (int k = 0; k < 20; k++) {
        if (fork() == 0) {
            int fd = socket(AF_UNIX, SOCK_STREAM, 0);
            char c = 0;
            int r = connect_to(fd, "@zonix-named-wait");
            if (r == 0) r = write(fd, "a", 1), read(fd, &c, 1);
            _exit(c == 'b' ? 0 : 1);
        }
    }
    for (int k = 0; k < 20; k++) {
        int end = accept(server, NULL, NULL);
        char c;
        if (read(end, &c, 1) == 1) write(end, "b", 1);
        close(end);
    }
    int status, bad = 0;
    while (wait(&status) > 0) bad += status != 0;
    printf("failed %d\n", bad);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    unlink("/tmp/zonix-named");
    unlink("/tmp/zonix-named-1");
    connections(SOCK_STREAM, "/tmp/zonix-named");
    connections(SOCK_SEQPACKET, "@zonix-named");
    datagrams();
    odd();
    waiting();
    return 0;
}
