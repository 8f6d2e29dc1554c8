// group: process
// Sockets over lo and local ones: a byte there and back between two processes, 64 KiB at a time to a process that drops them, connecting and
// closing, and what 10,000 idle connections cost (the time each takes to be made).
// flags: -Wno-unused-result
#include "bench.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void require(int good)
{
    if (!good)
        _exit(1);
}

static int listening(struct sockaddr_in *at)
{
    socklen_t size = sizeof *at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    *at = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    require(fd >= 0 && bind(fd, (void *)at, sizeof *at) == 0 && listen(fd, 4096) == 0 && getsockname(fd, (void *)at, &size) == 0);
    return fd;
}

static void connected(int ends[2])
{
    struct sockaddr_in at;
    int fd = listening(&at), on = 1;
    ends[0] = socket(AF_INET, SOCK_STREAM, 0);
    require(connect(ends[0], (void *)&at, sizeof at) == 0);
    ends[1] = accept(fd, 0, 0);
    setsockopt(ends[0], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(ends[1], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    close(fd);
}

static void round_trip(const char *name, int ends[2], long rounds)
{
    char c = 0;
    int status;
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        while (read(ends[1], &c, 1) == 1)
            require(write(ends[1], &c, 1) == 1);
        _exit(0);
    }
    close(ends[1]);
    double started = now_ns();
    for (long r = 0; r < rounds; r++)
        require(write(ends[0], &c, 1) == 1 && read(ends[0], &c, 1) == 1);
    report(name, started, (double)rounds);
    close(ends[0]);
    waitpid(child, &status, 0);
}

static void bulk(const char *name, int ends[2], long blocks)
{
    static char block[1 << 16];
    int status;
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        while (read(ends[1], block, sizeof block) > 0)
            ;
        _exit(0);
    }
    close(ends[1]);
    double started = now_ns();
    for (long b = 0; b < blocks; b++)
        for (long done = 0; done < (long)sizeof block;) {
            long n = write(ends[0], block + done, sizeof block - done);
            require(n > 0);
            done += n;
        }
    shutdown(ends[0], SHUT_WR);
    close(ends[0]);
    waitpid(child, &status, 0);
    report(name, started, (double)blocks);
}

static void rates(long rounds)
{
    struct sockaddr_in at;
    int fd = listening(&at);
    struct linger now = {1, 0};
    double started = now_ns();
    for (long r = 0; r < rounds; r++) {
        int client = socket(AF_INET, SOCK_STREAM, 0);
        require(connect(client, (void *)&at, sizeof at) == 0);
        int end = accept(fd, 0, 0);
        // No TIME_WAIT: ports would run out.
        setsockopt(client, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close(client);
        close(end);
    }
    report("tcp-connect+close", started, (double)rounds);
    close(fd);
}

static void idle(long count)
{
    static int fds[20000];
    struct rlimit limit = {30000, 30000};
    struct sockaddr_in at;
    int fd = listening(&at);
    setrlimit(RLIMIT_NOFILE, &limit);
    double started = now_ns();
    for (long i = 0; i < count; i++) {
        fds[2 * i] = socket(AF_INET, SOCK_STREAM, 0);
        require(connect(fds[2 * i], (void *)&at, sizeof at) == 0 && (fds[2 * i + 1] = accept(fd, 0, 0)) >= 0);
    }
    report("tcp-10000-idle", started, (double)count);
    for (long i = 0; i < 2 * count; i++)
        close(fds[i]);
    close(fd);
}

int main(int argc, char **argv)
{
    int ends[2];
    connected(ends);
    round_trip("tcp-round-trip", ends, scaled(argc, argv, 25000));
    require(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    round_trip("unix-round-trip", ends, scaled(argc, argv, 25000));
    connected(ends);
    bulk("tcp-64k", ends, scaled(argc, argv, 8000));
    require(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    bulk("unix-64k", ends, scaled(argc, argv, 8000));
    rates(scaled(argc, argv, 10000));
    idle(scaled(argc, argv, 10000) > 10000 ? 10000 : scaled(argc, argv, 10000));
    return 0;
}
