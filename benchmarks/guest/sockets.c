// group: process
// Sockets over lo and local ones, between two processes: a byte there and back, 64 KiB at a time to one that drops them, connections that
// are made and closed, and 10,000 that are idle (the time each takes to be made).
// Between two threads there is no change of address space.
// One half alone, so that zones and hosts are measured against each other: SCALE serve PORT, for ever, and SCALE HOST PORT PREFIX.
// flags: -Wno-unused-result -pthread
#include "bench.h"
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { IDLE = 10000 };

static struct addrinfo *server;
static char block[1 << 16];

static void require(int good, const char *what)
{
    if (!good) {
        perror(what);
        _exit(1);
    }
}

static void find(const char *host, const char *port)
{
    struct addrinfo wanted = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    require(getaddrinfo(host, port, &wanted, &server) == 0, host);
}

static int connected(char purpose)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    require(fd >= 0 && connect(fd, server->ai_addr, server->ai_addrlen) == 0, "connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    require(write(fd, &purpose, 1) == 1, "write");
    return fd;
}

static int listening(const char *port)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    require(fd >= 0 && bind(fd, (void *)&at, sizeof at) == 0 && listen(fd, 4096) == 0, "listen");
    return fd;
}

static void echo(int fd)
{
    char c;
    while (read(fd, &c, 1) == 1 && write(fd, &c, 1) == 1)
        ;
}

static void drop(int fd)
{
    while (read(fd, block, sizeof block) > 0)
        ;
    write(fd, block, 1);
}

// The first byte of a connection says what it is for: an echo, data to be dropped, to be closed at once, or to be kept.
static void serve(int listener)
{
    for (;;) {
        char purpose = 0;
        int fd = accept(listener, 0, 0), on = 1;
        if (fd < 0 || read(fd, &purpose, 1) != 1) {
            close(fd);
            continue;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (purpose == 'e')
            echo(fd);
        else if (purpose == 'd')
            drop(fd);
        else if (purpose == 'k') {
            write(fd, &purpose, 1);
            continue;
        }
        close(fd);
    }
}

static void named(char *name, const char *prefix, const char *what)
{
    snprintf(name, 64, "%s%s", prefix, what);
}

static void round_trip(const char *prefix, const char *what, int fd, long rounds)
{
    char name[64], c = 0;
    double started = now_ns();
    for (long r = 0; r < rounds; r++)
        require(write(fd, &c, 1) == 1 && read(fd, &c, 1) == 1, "round trip");
    named(name, prefix, what);
    report(name, started, (double)rounds);
    close(fd);
}

static void bulk(const char *prefix, const char *what, int fd, long blocks)
{
    char name[64];
    double started = now_ns();
    for (long b = 0; b < blocks; b++)
        for (long done = 0; done < (long)sizeof block;) {
            long n = write(fd, block + done, sizeof block - (size_t)done);
            require(n > 0, "bulk");
            done += n;
        }
    shutdown(fd, SHUT_WR);
    require(read(fd, block, 1) == 1, "bulk's end");
    named(name, prefix, what);
    report(name, started, (double)blocks);
    close(fd);
}

// The other end closes first, and keeps what lingers: who asks has its port back.
static void connections(const char *prefix, long rounds)
{
    char name[64], c;
    double started = now_ns();
    for (long r = 0; r < rounds; r++) {
        int fd = connected('c');
        require(read(fd, &c, 1) == 0, "connection's end");
        close(fd);
    }
    named(name, prefix, "tcp-connect+close");
    report(name, started, (double)rounds);
}

static void idle(long count)
{
    static int fds[IDLE];
    char c;
    double started = now_ns();
    for (long i = 0; i < count; i++) {
        fds[i] = connected('k');
        require(read(fds[i], &c, 1) == 1, "idle");
    }
    report("tcp-10000-idle", started, (double)count);
    for (long i = 0; i < count; i++)
        close(fds[i]);
}

static void inet(const char *prefix, int argc, char **argv)
{
    round_trip(prefix, "tcp-round-trip", connected('e'), scaled(argc, argv, 25000));
    bulk(prefix, "tcp-64k", connected('d'), scaled(argc, argv, 8000));
    connections(prefix, scaled(argc, argv, 4000));
}

static void local(int argc, char **argv)
{
    void (*const halves[])(int) = {echo, drop};
    for (int half = 0; half < 2; half++) {
        int ends[2];
        require(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "socketpair");
        pid_t child = fork();
        if (child == 0) {
            close(ends[0]);
            halves[half](ends[1]);
            _exit(0);
        }
        close(ends[1]);
        if (half == 0)
            round_trip("", "unix-round-trip", ends[0], scaled(argc, argv, 25000));
        else
            bulk("", "unix-64k", ends[0], scaled(argc, argv, 8000));
        waitpid(child, 0, 0);
    }
}

static void *echoing(void *ends)
{
    echo(((int *)ends)[1]);
    return ends;
}

static void threads(int argc, char **argv)
{
    int ends[2];
    pthread_t other;
    require(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "socketpair");
    pthread_create(&other, 0, echoing, ends);
    round_trip("", "unix-round-trip-threads", ends[0], scaled(argc, argv, 25000));
    pthread_join(other, 0);
    close(ends[1]);

    int listener = listening("7778");
    find("127.0.0.1", "7778");
    ends[0] = connected('e');
    ends[1] = accept(listener, 0, 0);
    close(listener);
    pthread_create(&other, 0, echoing, ends);
    // The byte that said what the connection is for comes back first.
    require(read(ends[0], block, 1) == 1, "read");
    round_trip("", "tcp-round-trip-threads", ends[0], scaled(argc, argv, 25000));
    pthread_join(other, 0);
    close(ends[1]);
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[2], "serve") == 0)
        serve(listening(argv[3]));
    if (argc == 5) {
        find(argv[2], argv[3]);
        inet(argv[4], argc, argv);
        return 0;
    }
    struct rlimit limit = {IDLE + 100, IDLE + 100};
    setrlimit(RLIMIT_NOFILE, &limit);
    int listener = listening("7777");
    pid_t child = fork();
    if (child == 0)
        serve(listener);
    close(listener);
    find("127.0.0.1", "7777");
    inet("", argc, argv);
    local(argc, argv);
    threads(argc, argv);
    find("127.0.0.1", "7777");
    long count = scaled(argc, argv, IDLE);
    idle(count > IDLE ? IDLE : count);
    kill(child, SIGKILL);
    waitpid(child, 0, 0);
    return 0;
}
