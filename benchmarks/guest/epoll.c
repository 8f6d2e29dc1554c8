// group: process
// A byte there and back between two processes that each wait with epoll; then a descriptor made ready, found and read among 1, 1,000 and
// 10,000 that are quiet: the time must not grow with them.
#include "bench.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int watch(int fd)
{
    int set = epoll_create1(0);
    struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
    if (set < 0 || epoll_ctl(set, EPOLL_CTL_ADD, fd, &e) != 0)
        _exit(1);
    return set;
}

static void round_trip(long rounds)
{
    int there[2], back[2], status;
    struct epoll_event e;
    char c = 0;
    if (pipe(there) != 0 || pipe(back) != 0)
        _exit(1);
    pid_t child = fork();
    if (child == 0) {
        int set = watch(there[0]);
        while (epoll_wait(set, &e, 1, -1) == 1 && read(there[0], &c, 1) == 1 && c == 0)
            if (write(back[1], &c, 1) != 1)
                _exit(1);
        _exit(0);
    }
    int set = watch(back[0]);
    double started = now_ns();
    for (long r = 0; r < rounds; r++)
        if (write(there[1], &c, 1) != 1 || epoll_wait(set, &e, 1, -1) != 1 || read(back[0], &c, 1) != 1)
            _exit(1);
    report("epoll-round-trip", started, (double)rounds);
    c = 1;
    if (write(there[1], &c, 1) != 1)
        _exit(1);
    waitpid(child, &status, 0);
}

static void among(int set, int hot, const char *name, long rounds)
{
    struct epoll_event e[16];
    uint64_t value = 1;
    double started = now_ns();
    for (long r = 0; r < rounds; r++)
        if (write(hot, &value, 8) != 8 || epoll_wait(set, e, 16, -1) != 1 || read(hot, &value, 8) != 8)
            _exit(1);
    report(name, started, (double)rounds);
}

int main(int argc, char **argv)
{
    struct rlimit limit = {20000, 20000};
    round_trip(scaled(argc, argv, 25000));
    setrlimit(RLIMIT_NOFILE, &limit);
    int hot = eventfd(0, EFD_NONBLOCK), set = watch(hot), count = 1;
    static const struct { int count; const char *name; } steps[] = {{1, "epoll-of-1"}, {1000, "epoll-of-1000"}, {10000, "epoll-of-10000"}};
    for (int s = 0; s < 3; s++) {
        for (; count < steps[s].count; count++) {
            int fd = eventfd(0, EFD_NONBLOCK);
            struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
            if (fd < 0 || epoll_ctl(set, EPOLL_CTL_ADD, fd, &e) != 0)
                _exit(1);
        }
        among(set, hot, steps[s].name, scaled(argc, argv, 100000));
    }
    return 0;
}
